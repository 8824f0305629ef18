import { dirname } from 'node:path';
import type { Crew } from '../../shared/crew/schema.ts';
import { entriesOf, KnowledgeFiles } from '../knowledge/knowledge-files.ts';
import type { LoadedRun } from './load-run.ts';

/**
 * Returns, for each task that received passages, a file of the crew's knowledge that is new, changed or missing since
 * the run. The files of `now` are those next to the crew file of the run.
 */
export async function changedKnowledge({ crew, state, local }: LoadedRun, now: Crew): Promise<Map<string, string>> {
  const changed = new Map<string, string>();
  const { knowledge: then } = state;
  if (then === null || typeof local?.file !== 'string') return changed;
  const source = new KnowledgeFiles(dirname(local.file), now);
  const found = await source.find();
  const before = new KnowledgeFiles(dirname(local.file), crew);
  for (const { name, turns } of state.tasks.values()) {
    const agents = new Set(turns.flatMap(({ passages }) => passages.map(({ agent }) => agent)));
    const wasKnown = then.files.filter(({ file }) =>
      [...agents].some((agent) => before.isKnown(agent, { entries: entriesOf(crew.knowledge, file) })),
    );
    const isKnown = found.files.filter((file) => [...agents].some((agent) => source.isKnown(agent, file)));
    const difference = firstDifference(wasKnown, isKnown);
    if (difference !== null) changed.set(name, difference);
  }
  return changed;
}

interface Content {
  file: string;
  sha256: string;
}

function firstDifference(before: readonly Content[], after: readonly Content[]): string | null {
  const left = new Map(before.map(({ file, sha256 }) => [file, sha256]));
  for (const { file, sha256 } of after) {
    if (left.get(file) !== sha256) return file;
    left.delete(file);
  }
  return [...left.keys()][0] ?? null;
}
