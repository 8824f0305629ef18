import { z } from 'zod';
import { errorKindSchema } from '../error-kind.ts';

/**
 * The events of a run, as they are written to `events.jsonl`, one per line. Folding them gives the state of the run.
 * The engine sets `seq`, which counts from 1 without gaps, and `t`, the run time in whole milliseconds.
 */
const stamp = { seq: z.int().positive(), t: z.int().nonnegative() };
/** Fields of events in an attempt. `turn` only if the attempt has several turns (`propose:AGENT`, `vote:AGENT`). */
export const ofAttempt = { task: z.string(), attempt: z.int().positive(), turn: z.string().optional() };

/**
 * The manager's turn in which it chooses agents for the tasks that name none (`hierarchical`). It is scheduled, retried
 * and drawn like a task's. The name of a task cannot contain `@`. Figures count the turn as busy time, never as a task.
 */
export const ASSIGNMENT = '@assignment';

export const ms = z.int().nonnegative();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The expected number of items of a task with `for_each`, or of rounds of a task with `repeat`, and its source. If it is
 * `unknown`, `count` is null for items and 1 for rounds.
 */
export const expectedItemsSchema = z.object({
  count: z.int().nonnegative().nullable(),
  from: z.enum(['history', 'estimate_items', 'input', 'unknown']),
});

/** The estimated length of a task and its source; `ms` is null if the source is `unknown`. */
export const estimateSchema = z.object({
  ms: ms.nullable(),
  from: z.enum(['history', 'estimate_s', 'median', 'unknown']),
  /** Median absolute deviation of the history; absent without a history. */
  spread_ms: ms.optional(),
  /** The model calls of a turn, and the tokens of a call, as medians of the history; only in crews with limits. */
  calls: z.int().positive().optional(),
  tokens: z.int().nonnegative().optional(),
  /** Only of a task with `for_each` or `repeat`. `run.started` has them in `expansions`. */
  items: expectedItemsSchema.optional(),
});
export type Estimate = z.infer<typeof estimateSchema>;

const place = z.object({ start_ms: ms, end_ms: ms, slot: z.int().positive() });
/** The predicted schedule. The makespan is null if an estimate is missing. */
export const predictionSchema = z.object({
  makespan_ms: ms.nullable(),
  /** From the first turn of a task to its last, in the slot of the first. `turns`: by name, if the task has several. */
  tasks: z.record(z.string(), place.extend({ turns: z.record(z.string(), place).optional() })),
});
export type Prediction = z.infer<typeof predictionSchema>;

/**
 * The settings of the run that the command line or the window can replace. The others are in `project.crew.json`, and the
 * workspace is in `local.json`.
 */
export const effectiveSettingsSchema = z.object({
  slots: z.int().positive(),
  provider: z.string(),
  base_url: z.string().nullable(),
  model: z.string().nullable(),
  cache: z.enum(['off', 'read', 'read_write']),
  /** Only in journals of earlier versions. It is in `local.json` now. */
  workspace: z.string().optional(),
  /** Present only if a person chose another budget than the crew file. */
  budget_usd: z.number().positive().optional(),
  budget_tokens: z.int().positive().optional(),
});
export type EffectiveSettings = z.infer<typeof effectiveSettingsSchema>;

/** The content of a file when it was read or, with `wrote`, after it was written. `sha256` is null for a missing file. */
export const fileContentSchema = z.object({
  file: z.string(),
  sha256: sha256.nullable(),
  wrote: z.literal(true).optional(),
});
export type FileContent = z.infer<typeof fileContentSchema>;

/**
 * Why an agent had to answer without tools: `max_iterations` was reached, it only repeated tool calls, or its task
 * reached a limit.
 */
export const lastAnswerSchema = z.enum(['iterations', 'repeated_calls', 'call_limit', 'token_limit']);
export type LastAnswer = z.infer<typeof lastAnswerSchema>;

/** Where the cost of a model call comes from: the provider reported it, or it was computed from prices. */
export const costSourceSchema = z.enum(['provider', 'prices']);

/** The files that a tool call read and wrote. Paths are relative to the workspace, with `/`. */
export const measuredSchema = z.object({
  reads: z.array(z.object({ file: z.string(), rows: z.int().nonnegative(), all: z.boolean() })).optional(),
  writes: z.array(z.string()).optional(),
  /** Bytes that the call wrote into the files of `writes`; absent in journals of earlier versions. */
  written_bytes: z.int().nonnegative().optional(),
  /** Every file that the call read or wrote, in order. */
  files: z.array(fileContentSchema).optional(),
  /** The answer depends on which files exist, not only on the content of some files. */
  listing: z.literal(true).optional(),
  /** The web addresses whose content is in the answer. */
  urls: z.array(z.string()).optional(),
  /** Bytes that the call received from the network. */
  bytes: z.int().nonnegative().optional(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** A passage of a file that an agent received. */
export const passageSchema = z.object({
  /** Where the passage is, as models read it: `manual.pdf p. 12`. */
  source: z.string(),
  /** The path of the file below the folder of the crew file, with `/`. */
  file: z.string(),
});
export type Passage = z.infer<typeof passageSchema>;

/** A row of a batch. `batch` is the name of the batch, `row` counts from 1, and the row starts at `start_ms` of the batch. */
export const batchRowSchema = z.object({
  batch: z.string(),
  row: z.int().positive(),
  rows: z.int().positive(),
  start_ms: ms,
});
export type BatchRow = z.infer<typeof batchRowSchema>;

/** A text of up to 4 KiB in `text`, or a longer one in `blobs/<sha256>`. Exactly one of them is present. */
export const body = { text: z.string().optional(), blob: sha256.optional() };
export const failed = { kind: errorKindSchema, message: z.string() };

/** The earlier run in which the task ended, if a rerun reuses its end. */
export const kept = z.string().optional();

/** Busy time and cost of a result in the run that made it. The cost is null if a price was unknown. */
export const resultCostSchema = z.object({ busy_ms: ms, cost_usd: z.number().nonnegative().nullable() });
export type ResultCost = z.infer<typeof resultCostSchema>;

/** Returns the schema of an event of this type. */
export const eventSchema = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...stamp, ...shape });

/** The first event of a run. The run's state keeps it. */
export const runStartedSchema = eventSchema('run.started', {
  /** Version 1 has no `task.expanded`. */
  format: z.enum(['crewlane-journal/1', 'crewlane-journal/2']),
  run: z.string(),
  crew: z.string(),
  /** Only in journals of earlier versions: the path of the crew file. It is in `local.json` now. */
  file: z.string().nullable().optional(),
  settings: effectiveSettingsSchema,
  rehearsal: z.boolean(),
  estimates: z.record(z.string(), estimateSchema),
  /** The expected items of tasks with `for_each`, and rounds of tasks with `repeat`; absent without such tasks. */
  expansions: z.record(z.string(), expectedItemsSchema).optional(),
  /** The order in which ready tasks start: higher first, ties in the order of the crew file. */
  ranks: z.record(z.string(), z.number()),
  prediction: predictionSchema,
  versions: z.record(z.string(), z.string()),
  seed: z.int().nonnegative(),
  /** IANA name, and minutes to add to UTC for the wall clock of the run's start. */
  time_zone: z.string(),
  utc_offset_min: z.int(),
  wall_ms: z.int(),
  inputs: z.record(z.string(), z.json()).optional(),
  /** The origin of each agent's model, by the name of the agent. */
  origins: z.record(z.string(), z.string()).optional(),
  /** The hashes of the crew files that its tasks run, by path from the folder of its own file. Copies are in `crews`. */
  crews: z.record(z.string(), sha256).optional(),
  /** The earlier run that a rerun reuses. */
  from_run: z.string().optional(),
  /** The number of tasks that are reused. Their events follow this event directly. */
  kept_tasks: z.int().nonnegative().optional(),
  /** The run is a row of a batch, and uses only slots that are granted to it. */
  batch: batchRowSchema.optional(),
  /** The answers of models, tools and people come from a recording. */
  replay: z.literal(true).optional(),
  /** Tasks for which the cache is not used. */
  anew: z.array(z.string()).optional(),
});

/** A step of the rate limiter of an origin. The run's state keeps all of them. */
export const limiterSchema = eventSchema('limiter', {
  origin: z.string(),
  in_flight: z.int().positive(),
  /** `refused`: the limit was halved. `extended`: another refusal in the same cooldown asked to wait longer. */
  reason: z.enum(['refused', 'extended', 'recovered', 'set']),
  /** Run time at which the cooldown ends. */
  until: ms.optional(),
});

export const runOutcomeSchema = z.enum(['completed', 'completed_degraded', 'failed', 'cancelled']);
/** `slots`: slot processes ended repeatedly while they started. */
export const interruptReasonSchema = z.enum(['signal', 'disk', 'budget', 'review', 'quit', 'slots']);
export const attemptResultSchema = z.enum(['ok', 'error', 'timeout', 'crash', 'lost', 'cancelled']);
/** `repair`: the next answer after one that was sent back by a schema or a guardrail. */
export const checkedSchema = z.enum(['schema', 'choice', 'guardrail', 'repair', 'manager_review']);
export const exitReasonSchema = z.enum(['ended', 'crash', 'memory', 'timeout']);
/** Why an agent is throttled: its provider is in cooldown, or a per-minute limit is reached. */
export const heldBySchema = z.enum(['provider', 'minute']);
/**
 * Where a slot process runs and which one it is, such as `local:kbzqtf`. The part before the colon names the machine, the
 * rest distinguishes its processes. The engine never interprets it.
 */
export const where = z.string();
export const slotSamplesSchema = z.array(
  z.object({
    slot: z.int().positive(),
    /** Share of one core since the last sample, in percent. */
    cpu_percent: z.number().nonnegative(),
    memory_bytes: z.int().nonnegative(),
  }),
);
