import type { ListedRun } from '../app/launch/list-runs.ts';
import type { RunSummary } from '../shared/ipc/values.ts';

/** Returns a run for the window's list, with the figures of the command `runs`. */
export function summaryOf({ id, crew, wall_ms, live, deletedRows: deleted, batch, figures }: ListedRun): RunSummary {
  return {
    run: id,
    crew,
    wall_ms,
    outcome: live ? 'running' : figures.outcome,
    rehearsal: figures.rehearsal,
    total_tasks: figures.total_tasks,
    completed_tasks: figures.completed_tasks,
    cached_tasks: figures.cached_tasks,
    kept_tasks: figures.kept_tasks ?? 0,
    makespan_ms: Math.round(figures.makespan_s * 1000),
    tokens: figures.tokens,
    cost_usd: figures.cost_usd,
    cost_at_most: figures.cost_at_most ?? false,
    batch: batch ? { batch: batch.batch, row: batch.row, rows: batch.rows, deleted } : null,
  };
}
