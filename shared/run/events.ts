import { z } from 'zod';
import { errorKindSchema } from './error-kind.ts';

/**
 * The events of a run, as they are written to `events.jsonl`, one per line. Folding them gives the state of the run.
 * The engine sets `seq`, which counts from 1 without gaps, and `t`, the run time in whole milliseconds.
 */
const stamp = { seq: z.int().positive(), t: z.int().nonnegative() };
/** Fields of events in an attempt. `turn` only if the attempt has several turns (`propose:AGENT`, `vote:AGENT`). */
const ofAttempt = { task: z.string(), attempt: z.int().positive(), turn: z.string().optional() };

/**
 * The manager's turn in which it chooses agents for the tasks that name none (`hierarchical`). It is scheduled, retried
 * and drawn like a task's. The name of a task cannot contain `@`. Figures count the turn as busy time, never as a task.
 */
export const ASSIGNMENT = '@assignment';

const ms = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a task's estimated length comes from; `unknown` goes with `ms: null`. */
export const estimateSchema = z.object({
  ms: ms.nullable(),
  from: z.enum(['history', 'estimate_s', 'median', 'unknown']),
  /** Median absolute deviation of the history; absent without a history. */
  spread_ms: ms.optional(),
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

/** The settings of the run that the command line or the window can replace. The others are in `project.crew.json`. */
export const effectiveSettingsSchema = z.object({
  slots: z.int().positive(),
  provider: z.string(),
  base_url: z.string().nullable(),
  model: z.string().nullable(),
  cache: z.enum(['off', 'read', 'read_write']),
  workspace: z.string(),
  /** Present only if a person chose another budget than the crew file. */
  budget_usd: z.number().positive().optional(),
});
export type EffectiveSettings = z.infer<typeof effectiveSettingsSchema>;

/** The content of a file when it was read or, with `wrote`, after it was written. `sha256` is null for a missing file. */
export const fileContentSchema = z.object({
  file: z.string(),
  sha256: sha256.nullable(),
  wrote: z.literal(true).optional(),
});
export type FileContent = z.infer<typeof fileContentSchema>;

/** Why an agent had to answer without tools: true for the last of `max_iterations` calls. */
export const lastAnswerSchema = z.literal([true, 'repeated_calls']);
export type LastAnswer = z.infer<typeof lastAnswerSchema>;

/** What a tool call read and wrote. Paths are relative to the workspace, with `/`. */
export const measuredSchema = z.object({
  reads: z.array(z.object({ file: z.string(), rows: z.int().nonnegative(), all: z.boolean() })).optional(),
  writes: z.array(z.string()).optional(),
  /** Bytes that the call wrote into the files of `writes`; absent in journals of earlier versions. */
  written_bytes: z.int().nonnegative().optional(),
  /** Every file that the call read or wrote, in order. */
  files: z.array(fileContentSchema).optional(),
  /** The answer depends on which files exist, not only on the content of some files. */
  listing: z.literal(true).optional(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** A row of a batch. `batch` is the name of the batch, `row` counts from 1, and the row starts at `start_ms` of the batch. */
export const batchRowSchema = z.object({
  batch: z.string(),
  row: z.int().positive(),
  rows: z.int().positive(),
  start_ms: ms,
});
export type BatchRow = z.infer<typeof batchRowSchema>;

/** A text of up to 4 KiB in `text`, or a longer one in `blobs/<sha256>`. Exactly one of them is present. */
const body = { text: z.string().optional(), blob: sha256.optional() };
const failed = { kind: errorKindSchema, message: z.string() };

/** The earlier run in which the task ended, if a rerun reuses its end. */
const kept = z.string().optional();

/** Busy time and cost of a result in the run that made it. The cost is null if a price was unknown. */
const tookSchema = z.object({ busy_ms: ms, cost_usd: z.number().nonnegative().nullable() });
export type ResultCost = z.infer<typeof tookSchema>;

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...stamp, ...shape });

export const runEventSchema = z.discriminatedUnion('type', [
  /** The first event of a run: what it was started with. */
  event('run.started', {
    format: z.literal('crewlane-journal/1'),
    run: z.string(),
    crew: z.string(),
    /** The path of the crew file; null for a crew that was never saved. */
    file: z.string().nullable(),
    settings: effectiveSettingsSchema,
    rehearsal: z.boolean(),
    estimates: z.record(z.string(), estimateSchema),
    /** The order in which ready tasks start: higher first, ties in the order of the crew file. */
    ranks: z.record(z.string(), z.number()),
    prediction: predictionSchema,
    versions: z.record(z.string(), z.string()),
    seed: z.int().nonnegative(),
    /** IANA name, and minutes to add to UTC for the wall clock of the run's start. */
    time_zone: z.string(),
    utc_offset_min: z.int(),
    wall_ms: z.int(),
    inputs: z.record(z.string(), z.string()).optional(),
    /** The origin of each agent's model, by the name of the agent. */
    origins: z.record(z.string(), z.string()).optional(),
    /** The earlier run that a rerun reuses. */
    from_run: z.string().optional(),
    /** The number of tasks that are reused. Their events follow this event directly. */
    kept_tasks: z.int().nonnegative().optional(),
    /** The run is a row of a batch, and uses only slots that are granted to it. */
    batch: batchRowSchema.optional(),
    /** Tasks for which the cache is not used. */
    anew: z.array(z.string()).optional(),
  }),
  /**
   * Another process continues the run. `t` continues from the last event; `wall_ms` shows how long the run had no
   * owner.
   */
  event('run.resumed', {
    wall_ms: z.int(),
    versions: z.record(z.string(), z.string()),
    /** The time of the batch at which its row continues. Absent: the row continues alone, with slots of its own. */
    batch_ms: ms.optional(),
  }),
  /** A person paused the run. Running turns continue, and nothing starts. */
  event('run.paused', {}),
  /** A person ended the pause. */
  event('run.unpaused', {}),
  /** A person changed the number of slots. */
  event('run.slots', { slots: z.int().positive() }),
  /** The run stopped for now and can be resumed. `slots`: slot processes ended repeatedly while they started. */
  event('run.interrupted', { reason: z.enum(['signal', 'disk', 'budget', 'review', 'quit', 'slots']) }),
  /** The run has cost its budget. Nothing starts until a person raises it. The rows of a batch share one budget. */
  event('budget.reached', { spent_usd: z.number().nonnegative(), budget_usd: z.number().positive() }),
  /** A person set another budget for the whole run. */
  event('budget.set', { budget_usd: z.number().positive(), spent_usd: z.number().nonnegative() }),
  /** The last event of a run that was not interrupted. */
  event('run.finished', { outcome: z.enum(['completed', 'completed_degraded', 'failed', 'cancelled']) }),

  /** A slot process was started. */
  event('slot.started', { slot: z.int().positive(), pid: z.int() }),
  /** A slot process can run turns. `ms`: the time since it was started. */
  event('slot.ready', { slot: z.int().positive(), pid: z.int(), ms }),
  /** A slot process ended. Unless the run is over, another process takes its slot. */
  event('slot.exited', {
    slot: z.int().positive(),
    pid: z.int(),
    reason: z.enum(['ended', 'crash', 'memory', 'timeout']),
    detail: z.string().optional(),
  }),

  /** The row of a batch may use this slot for one turn. */
  event('slot.granted', {
    slot: z.int().positive(),
    /** The turn that the slot is granted for, with every unit that it needs. Absent in journals of earlier versions. */
    for: z.object({ task: z.string(), turn: z.string().optional() }).optional(),
    /** The turn of another row that freed the slot just before. */
    from: z.object({ row: z.int().positive(), task: z.string() }).optional(),
  }),
  /** The row gives back a granted slot that it did not use. */
  event('slot.returned', { slot: z.int().positive() }),
  /**
   * The number of units that are free over all rows of the batch, of a declared pool or of the turns that an agent may
   * run at once. Written for rows that wait for units, whenever the change matters to them.
   */
  event('pool.room', { pool: z.string(), free: z.int().nonnegative() }),

  /** The context of the task has ended, so that the task can start. */
  event('task.ready', { task: z.string() }),
  /** The manager chose the agent of the task. */
  event('task.assigned', { task: z.string(), agent: z.string() }),
  /** The task has its result. */
  event('task.completed', {
    task: z.string(),
    ...body,
    degraded: z.literal(true).optional(),
    /** Tasks in the context that gave no result. */
    missing: z.array(z.string()).optional(),
    /** Tasks in the context whose results were shortened to fit the context window of the model. */
    shortened: z.array(z.string()).optional(),
    /** The run that made the result, if it comes from the cache or is reused from an earlier run. */
    cached: z.string().optional(),
    kept,
    /** Why a reused result is stale, as a text that follows the name of the task. */
    stale: z.string().optional(),
    /** What the result took in the run that made it. */
    took: tookSchema.optional(),
    /** Files that the result was made from or that it wrote, if its turns are in the journal of another run. */
    files: z.array(fileContentSchema).optional(),
    /** A person edited the result in a review. */
    edited: z.literal(true).optional(),
  }),
  /** The task failed for good. */
  event('task.failed', { task: z.string(), ...failed, kept }),
  /** The task was skipped, because tasks in its context gave no result. */
  event('task.skipped', { task: z.string(), because: z.array(z.string()), kept }),
  /** The task is not needed: no task in its context was chosen. */
  event('task.not_chosen', { task: z.string(), kept }),
  /** The task was cancelled before it ended. */
  event('task.cancelled', { task: z.string(), kept }),

  /** The cache is searched before the task starts. A hit is `task.completed` with `cached`. */
  event('cache.asked', { task: z.string() }),
  /** The cache has no usable result. `changed`: a result exists, but these files have changed since. */
  event('cache.missed', { task: z.string(), changed: z.array(z.string()).optional() }),

  /** A turn was dispatched to a slot. */
  event('attempt.started', { ...ofAttempt, slot: z.int().positive(), agent: z.string() }),
  /** A turn ended and freed its slot. */
  event('attempt.ended', {
    ...ofAttempt,
    result: z.enum(['ok', 'error', 'timeout', 'crash', 'lost', 'cancelled']),
    kind: errorKindSchema.optional(),
    message: z.string().optional(),
    /** Run time at which the next attempt may start; absent if there is none. */
    retry_at: ms.optional(),
    /** The provider's rate limit causes the wait, and the attempt does not count as a retry. */
    rate_limited: z.literal(true).optional(),
    /** The text of the turn, if it is not yet the result of the task: a proposal, or a result that waits for review. */
    ...body,
    /** Tasks in the context whose results were shortened. */
    shortened: z.array(z.string()).optional(),
  }),
  /** The agent of a turn handed work or a question to another agent, or its answer is judged. */
  event('delegation.started', {
    ...ofAttempt,
    id: z.string(),
    from: z.string(),
    to: z.string(),
    question: z.boolean(),
    /** The other agent judges the answer of the turn, for this reason. */
    judges: z.enum(['manager_review', 'guardrail']).optional(),
  }),
  /** The other agent answered, or could not. */
  event('delegation.ended', { ...ofAttempt, id: z.string(), ok: z.boolean(), ms }),
  /** A member of the council voted. */
  event('vote', { ...ofAttempt, agent: z.string(), choice: z.string() }),
  /** A verdict on an answer. */
  event('check', {
    ...ofAttempt,
    /** `repair`: the next answer after one that was sent back by a schema or a guardrail. */
    what: z.enum(['schema', 'guardrail', 'repair', 'manager_review']),
    passed: z.boolean(),
    detail: z.string().optional(),
  }),
  /** A person must review the task, before it starts or after it has a result. */
  event('review.asked', { task: z.string(), when: z.enum(['before', 'after']) }),
  /** The review was answered. */
  event('review.answered', {
    task: z.string(),
    when: z.enum(['before', 'after']),
    /** `edited` before a task: a person wrote the result, and no agent runs. */
    answer: z.enum(['approved', 'edited', 'sent_back']),
    remark: z.string().optional(),
    /** `approve_all`: a person approved all reviews in advance. Absent in journals of earlier versions: a person. */
    by: z.enum(['person', 'approve_all']).optional(),
  }),

  /**
   * One answered or failed model call. `blob` is the message of the assistant as JSON, `prompt_blob` the messages that
   * were sent.
   */
  event('llm.call', {
    ...ofAttempt,
    agent: z.string(),
    model: z.string(),
    ms,
    first_token_ms: ms.nullable(),
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().nonnegative(),
    /** The provider reported no usage: the token counts are estimates. */
    tokens_estimated: z.literal(true).optional(),
    /** Prompt tokens that the provider took from its cache, contained in `prompt_tokens`; absent if none. */
    cached_prompt_tokens: z.int().positive().optional(),
    /** US dollars; null where the price is unknown. */
    cost_usd: z.number().nonnegative().nullable(),
    /** Cached prompt tokens are contained at the full price, because their own price is unknown. */
    cost_at_most: z.literal(true).optional(),
    blob: sha256.optional(),
    prompt_blob: sha256.optional(),
    /** Inside a delegation, its id. Such calls are not part of the task's own transcript. */
    delegation: z.string().optional(),
    error: z.object(failed).optional(),
    /** The answer was truncated at `max_tokens`. */
    cut_at_length: z.literal(true).optional(),
    /** Parameters that were renamed or left out, because the model does not accept them; absent if none. */
    adjusted: z.array(z.string()).optional(),
    /** The agent had to answer, and was offered no tools. */
    last_answer: lastAnswerSchema.optional(),
    /** Characters of tool answers and quoted results that were left out to fit the model's window; absent if none. */
    removed_characters: z.int().positive().optional(),
    /**
     * Tokens of the prompt, as estimated, that the provider did not count. Present only if they are most of the prompt: a
     * server that cuts long prompts without an error counts only what it kept.
     */
    uncounted_tokens: z.int().positive().optional(),
    /** Milliseconds that the call waited for a permit of the rate limiter; absent if 0. */
    waited_ms: ms.optional(),
  }),
  /** One tool call. `blob` is `{arguments, answer}` as JSON. */
  event('tool.call', {
    ...ofAttempt,
    agent: z.string(),
    call_id: z.string(),
    name: z.string(),
    ms,
    ok: z.boolean(),
    /** The tool was not called, and the answer was rehearsed. */
    rehearsed: z.literal(true).optional(),
    measured: measuredSchema.optional(),
    blob: sha256.optional(),
    delegation: z.string().optional(),
    /** Milliseconds of the call that it waited for the engine (a lease, an approval). */
    waited_ms: ms.optional(),
  }),
  /** An agent logged a milestone with the tool `performance_monitor`. */
  event('milestone', { ...ofAttempt, name: z.string(), data: z.json().optional() }),

  /** The rate limiter changed how many calls to an origin may be in flight. */
  event('limiter', {
    origin: z.string(),
    in_flight: z.int().positive(),
    /** `refused`: the limit was halved. `extended`: another refusal in the same cooldown asked to wait longer. */
    reason: z.enum(['refused', 'extended', 'recovered', 'set']),
    /** Run time at which the cooldown ends. */
    until: ms.optional(),
  }),
  /** The agent is throttled: its provider asked to wait, or a limit per minute is reached. */
  event('agent.held', { agent: z.string(), by: z.enum(['provider', 'minute']) }),
  /** The agent is no longer throttled. */
  event('agent.freed', { agent: z.string() }),
  /** An agent created a pool with the tool `shared_resource_pool`. The pools of the crew file exist from the start. */
  event('resource.created', { ...ofAttempt, resource: z.string(), capacity: z.int().positive() }),
  /** An agent waits for a unit of a pool. */
  event('resource.requested', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
  /** An agent has a lease of one unit. */
  event('resource.acquired', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
  /** A lease ended. */
  event('resource.released', {
    ...ofAttempt,
    resource: z.string(),
    holder: z.string(),
    /** The attempt ended while it had the lease. */
    reclaimed: z.literal(true).optional(),
  }),
  /** An agent stopped waiting for a unit. */
  event('resource.timed_out', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),

  /** Processor time and memory of the slot processes, once per second. */
  event('sample', {
    slots: z.array(
      z.object({
        slot: z.int().positive(),
        pid: z.int(),
        /** Share of one core since the last sample, in percent. */
        cpu_percent: z.number().nonnegative(),
        memory_bytes: z.int().nonnegative(),
      }),
    ),
  }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventType = RunEvent['type'];
export type EventOf<Type extends RunEventType> = Extract<RunEvent, { type: Type }>;

type Unstamped<Event> = Event extends RunEvent ? Omit<Event, 'seq' | 't'> : never;
/** An event before the engine has numbered it. */
export type EventDraft = Unstamped<RunEvent>;

/** Results of up to this number of bytes of UTF-8 are in their event, longer ones in a blob. */
export const INLINE_RESULT_BYTES = 4096;
