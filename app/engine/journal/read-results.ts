import { z } from 'zod';
import { Results } from '../../../shared/control/turns/results.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { ResultBody } from '../../../shared/run/turn-state.ts';
import { readBlob } from './read-journal.ts';

/**
 * Reads the texts that the unfinished tasks of a run need from its folder. Returns the name of a task if its result
 * cannot be read.
 */
export async function readResults({ crew, tasks }: RunState, dir: string): Promise<Results | string> {
  const results = new Results(crew);
  for (const { name, expansion } of tasks.values()) {
    if (!expansion?.items) continue;
    const items = z.array(z.json()).safeParse(parseJson((await textOf(expansion.items, dir)) ?? ''));
    if (!items.success) return name;
    results.keepItems(name, items.data);
  }
  for (const { name, status } of tasks.values()) if (status !== 'pending') results.ended(name);
  for (const { name, status, turns, result } of tasks.values()) {
    if (status === 'pending') {
      for (const { turn, output } of turns) {
        const text = await textOf(output, dir);
        if (text !== null) results.keepOutput(name, turn, text);
      }
    }
    if (status !== 'completed' || !results.isNeeded(name)) continue;
    const text = await textOf(result, dir);
    if (text === null) return name;
    results.keep(name, text);
  }
  return results;
}

async function textOf(body: ResultBody | null, dir: string): Promise<string | null> {
  if (!body) return null;
  return 'text' in body ? body.text : readBlob(dir, body.blob);
}
