import type { RunSummary } from '../../../shared/ipc/values.ts';
import { grouped, type ListedBatch } from './groups.ts';

/** A line of the list: a run, or a batch whose rows follow it while it is expanded. */
export type Line = { kind: 'run'; run: RunSummary } | { kind: 'batch'; listed: ListedBatch; isOpen: boolean };

/**
 * The lines of the list, newest first. A batch is expanded as `asked` specifies or, without an entry there, while one
 * of its rows is the run `shown`.
 */
export function linesOf(
  runs: readonly RunSummary[],
  shown: string | null,
  asked: Readonly<Record<string, boolean>>,
): Line[] {
  return grouped(runs).flatMap((one): Line[] => {
    if (one.kind === 'run') return [one];
    const isOpen = asked[one.batch] ?? one.rows.some(({ run }) => run === shown);
    const rows = isOpen ? one.rows.map((run): Line => ({ kind: 'run', run })) : [];
    return [{ kind: 'batch', listed: one, isOpen }, ...rows];
  });
}
