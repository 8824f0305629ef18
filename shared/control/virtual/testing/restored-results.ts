import type { Crew } from '../../../crew/schema.ts';
import type { RunEvent } from '../../../run/events.ts';
import { applyEvent, newRun } from '../../../run/fold.ts';
import type { ResultBody } from '../../../run/turn-state.ts';
import { Results } from '../../turns/results.ts';

/** Returns the texts that the unfinished tasks of a run need. All texts of a virtual run are short enough for its events. */
export function restoreResults(crew: Crew, events: readonly RunEvent[]): Results {
  const run = newRun(crew);
  for (const event of events) applyEvent(run, event);
  const results = new Results(crew);
  for (const { name, status } of run.tasks.values()) if (status !== 'pending') results.ended(name);
  for (const { name, status, turns, result } of run.tasks.values()) {
    const outputs = status === 'pending' ? turns : [];
    for (const { turn, output } of outputs) if (output) results.keepOutput(name, turn, textOf(output));
    if (status === 'completed' && result && results.isNeeded(name)) results.keep(name, textOf(result));
  }
  return results;
}

function textOf(body: ResultBody): string {
  if ('text' in body) return body.text;
  throw new Error(`The text of ${body.blob} is not in its event.`);
}
