import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { batchRowSchema } from '../../shared/run/events.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { readJsonFile } from '../base/json-file.ts';
import { JOURNAL_FILE } from '../engine/journal/storage.ts';
import { type RunObject, runObject } from '../reports/run-json.ts';
import { type LoadedRun, loadRunState } from './load-run.ts';

/** The file in a run's folder that stores its overview. */
const OVERVIEW_FILE = 'overview.json';
/** Increase the number when the definition of a figure changes, so that stored overviews are computed again. */
const FORMAT = 'crewlane-run-overview/1';
/** Maximum size of the file. An overview contains no texts, so a larger file was not written by Crewlane. */
const MAX_BYTES = 64 * 1024;

/** The figures of `run --json`, without task results and without the folder, which may have been moved. */
export type RunFigures = Omit<RunObject, 'results' | 'run_dir'>;

const count = z.int().nonnegative();
/** Contains every figure, also optional ones. A figure that is missing here would be lost when the overview is read. */
const figuresShape = {
  run_id: z.string(),
  outcome: z.enum(['completed', 'completed_degraded', 'failed', 'cancelled', 'interrupted']),
  reason: z.enum(['signal', 'disk', 'budget', 'review', 'quit', 'slots']).nullable(),
  rehearsal: z.boolean(),
  success_rate: z.number(),
  total_tasks: count,
  completed_tasks: count,
  failed_tasks: count,
  skipped_tasks: count,
  not_chosen_tasks: count,
  cancelled_tasks: count,
  pending_tasks: count,
  degraded_tasks: count,
  cached_tasks: count,
  kept_tasks: count.exactOptional(),
  resumptions: count.exactOptional(),
  lost_turns: count.exactOptional(),
  makespan_s: z.number(),
  sequential_s: z.number(),
  time_saved: z.number().nullable(),
  lower_bound_s: z.number(),
  schedule_efficiency: z.number().nullable(),
  predicted_s: z.number().nullable(),
  peak_concurrency: z.number(),
  mean_concurrency: z.number(),
  tokens: count,
  cached_prompt_tokens: count.exactOptional(),
  cost_usd: z.number().nullable(),
  cost_at_most: z.literal(true).exactOptional(),
} satisfies Record<keyof RunFigures, z.ZodType>;
const figuresSchema: z.ZodType<RunFigures> = z.object(figuresShape);

const overviewSchema = z.object({
  format: z.literal(FORMAT),
  /** Size of the journal that the overview was made from: a journal only grows, so another size means another state. */
  journal_bytes: count,
  crew: z.string(),
  /** The crew file that the run was started from; null for a crew that was never saved. */
  file: z.string().nullable(),
  /** Wall clock of the start. */
  wall_ms: z.int(),
  batch: batchRowSchema.nullable(),
  figures: figuresSchema,
});

/** What lists of runs show of one run. */
export type RunOverview = Omit<z.infer<typeof overviewSchema>, 'format' | 'journal_bytes'>;

/**
 * Returns the overview of the run in a folder, or null if the folder has no readable run. A stored overview is used if
 * the journal has not changed since; otherwise the journal is read, and the overview of a run that is not `live` is
 * stored for the next time. The cost of listing runs therefore depends on the number of new runs, not on their length.
 */
export async function overviewOf(dir: string, live: boolean): Promise<RunOverview | null> {
  const bytes = await journalBytes(dir);
  if (bytes === null) return null;
  const stored = await storedOverview(dir, bytes);
  if (stored !== null) return stored;
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return null;
  const overview = newOverview(loaded.run);
  if (!live) await store(dir, overview, bytes);
  return overview;
}

function newOverview({ crew, state, started, local, dir }: LoadedRun): RunOverview {
  const { results: _results, run_dir: _dir, ...figures } = runObject(state, new Map(), dir);
  const { wall_ms, batch } = started;
  const file = local?.file ?? null;
  // Parsed, so that a new overview lists its figures in the same order as one that was stored.
  return { crew: crew.name, file, wall_ms, batch: batch ?? null, figures: figuresSchema.parse(figures) };
}

/** Size of the journal; null if the folder has none. */
async function journalBytes(dir: string): Promise<number | null> {
  return stat(join(dir, JOURNAL_FILE)).then(
    ({ size }) => size,
    () => null,
  );
}

async function storedOverview(dir: string, bytes: number): Promise<RunOverview | null> {
  const read = await readJsonFile(join(dir, OVERVIEW_FILE), MAX_BYTES);
  const parsed = overviewSchema.safeParse(read.ok ? read.value : null);
  // Missing, damaged or outdated: the journal is read instead.
  if (!parsed.success || parsed.data.journal_bytes !== bytes) return null;
  const { format: _format, journal_bytes: _bytes, ...overview } = parsed.data;
  return overview;
}

async function store(dir: string, overview: RunOverview, bytes: number): Promise<void> {
  const content = JSON.stringify({ format: FORMAT, journal_bytes: bytes, ...overview });
  // The file is optional: in a read-only folder, each listing reads the journal.
  await replaceFile(join(dir, OVERVIEW_FILE), content).catch(() => undefined);
}
