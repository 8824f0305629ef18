import { z } from 'zod';
import { errorKindSchema } from './error-kind.ts';

/**
 * The events of a run, as they stand in `events.jsonl`, one a line. Folding them is the run.
 * `seq` counts from 1 without gaps; `t` is run time in whole milliseconds. Both are stamped by the engine.
 */
const stamp = { seq: z.int().positive(), t: z.int().nonnegative() };
/** What belongs to an attempt of a task. `turn` only where an attempt has several (`propose:AGENT`, `vote:AGENT`). */
const ofAttempt = { task: z.string(), attempt: z.int().positive(), turn: z.string().optional() };

/**
 * The manager's turn in which it chooses agents for the tasks that name none (`hierarchical`). It is scheduled, retried
 * and drawn like a task's; `@` cannot stand in a task's name. Figures count it as busy time, never as a task.
 */
export const ASSIGNMENT = '@assignment';

const ms = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a task's estimated length comes from; `unknown` goes with `ms: null`. */
export const estimateSchema = z.object({
  ms: ms.nullable(),
  from: z.enum(['history', 'estimate_s', 'median', 'unknown']),
  /** Median absolute deviation of the history, where there is one. */
  spread_ms: ms.optional(),
});
export type Estimate = z.infer<typeof estimateSchema>;

const place = z.object({ start_ms: ms, end_ms: ms, slot: z.int().positive() });
/** The predicted schedule. `null` figures: something needed no estimate could be had for. */
export const predictionSchema = z.object({
  makespan_ms: ms.nullable(),
  /** From a task's first turn to its last, in the first one's slot; `turns` by name where there are several. */
  tasks: z.record(z.string(), place.extend({ turns: z.record(z.string(), place).optional() })),
});
export type Prediction = z.infer<typeof predictionSchema>;

/** The settings that hold for the run, after command line and window; the file's other settings stand in `project.crew.json`. */
export const effectiveSettingsSchema = z.object({
  slots: z.int().positive(),
  provider: z.string(),
  base_url: z.string().nullable(),
  model: z.string().nullable(),
  cache: z.enum(['off', 'read', 'read_write']),
  workspace: z.string(),
  /** Where a person chose another budget than the file's. */
  budget_usd: z.number().positive().optional(),
});
export type EffectiveSettings = z.infer<typeof effectiveSettingsSchema>;

/** What a file held when it was read, or `wrote`: when it had been written; `sha256` is null where there was none. */
export const fileContentSchema = z.object({
  file: z.string(),
  sha256: sha256.nullable(),
  wrote: z.literal(true).optional(),
});
export type FileContent = z.infer<typeof fileContentSchema>;

/** Why an agent had to give its last answer: true for the last of `max_iterations` calls. */
export const lastAnswerSchema = z.literal([true, 'repeated_calls']);
export type LastAnswer = z.infer<typeof lastAnswerSchema>;

/** What a tool call really did, as far as a figure needs it. Paths are relative to the workspace, with `/`. */
export const measuredSchema = z.object({
  reads: z.array(z.object({ file: z.string(), rows: z.int().nonnegative(), all: z.boolean() })).optional(),
  writes: z.array(z.string()).optional(),
  /** Bytes that it wrote into the files of `writes`; absent in journals of older versions. */
  written_bytes: z.int().nonnegative().optional(),
  /** Every file whose content it took or made, in that order. */
  files: z.array(fileContentSchema).optional(),
  /** What it gave depends on which files there are, not on some of them alone. */
  listing: z.literal(true).optional(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** A row of a batch: `batch` is the batch's name, `row` counts from 1, and the row's `t` = 0 is at `start_ms` of the batch. */
export const batchRowSchema = z.object({
  batch: z.string(),
  row: z.int().positive(),
  rows: z.int().positive(),
  start_ms: ms,
});
export type BatchRow = z.infer<typeof batchRowSchema>;

/** Text that may be long: up to 4 KiB it stands in `text`, above that in `blobs/<sha256>`. Exactly one is there. */
const body = { text: z.string().optional(), blob: sha256.optional() };
const failed = { kind: errorKindSchema, message: z.string() };

/** The run in which a task ended so, where a rerun keeps its end. */
const kept = z.string().optional();

/** What a result took where it was made; the cost is null where a price was unknown. */
const tookSchema = z.object({ busy_ms: ms, cost_usd: z.number().nonnegative().nullable() });
export type ResultCost = z.infer<typeof tookSchema>;

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...stamp, ...shape });

export const runEventSchema = z.discriminatedUnion('type', [
  event('run.started', {
    format: z.literal('crewlane-journal/1'),
    run: z.string(),
    crew: z.string(),
    /** Which file it was run from; null for a crew that was never saved. */
    file: z.string().nullable(),
    settings: effectiveSettingsSchema,
    rehearsal: z.boolean(),
    estimates: z.record(z.string(), estimateSchema),
    /** Higher first; ties in declared order. Fixed for the run. */
    ranks: z.record(z.string(), z.number()),
    prediction: predictionSchema,
    versions: z.record(z.string(), z.string()),
    seed: z.int().nonnegative(),
    /** IANA name, and minutes to add to UTC for the wall clock of the run's start. */
    time_zone: z.string(),
    utc_offset_min: z.int(),
    wall_ms: z.int(),
    inputs: z.record(z.string(), z.string()).optional(),
    /** Where each agent's model is asked, by the agent's name: the limiter counts by origin. */
    origins: z.record(z.string(), z.string()).optional(),
    /** The run whose results were kept (`rerun`). */
    from_run: z.string().optional(),
    /** How many tasks' ends are kept; they are said right after this event, before anything else. */
    kept_tasks: z.int().nonnegative().optional(),
    /** Its slots are the batch's: it may use one only when that is granted to it. */
    batch: batchRowSchema.optional(),
    /** Tasks that a person wants to be asked anew: no stored result is taken for them. */
    anew: z.array(z.string()).optional(),
  }),
  /** Another process carries the run on; `t` goes on where it stood, `wall_ms` tells how long it was cut off. */
  event('run.resumed', {
    wall_ms: z.int(),
    versions: z.record(z.string(), z.string()),
    /** It goes on as a row of its batch, at this time of it. Without this a row goes on alone, with slots of its own. */
    batch_ms: ms.optional(),
  }),
  event('run.paused', {}),
  event('run.unpaused', {}),
  event('run.slots', { slots: z.int().positive() }),
  /** The run stops here for now and can be resumed. `slots`: their processes end again and again as soon as they start. */
  event('run.interrupted', { reason: z.enum(['signal', 'disk', 'budget', 'review', 'quit', 'slots']) }),
  /** It has cost its budget: nothing starts and no model is asked until it is given more. Rows of a batch share one. */
  event('budget.reached', { spent_usd: z.number().nonnegative(), budget_usd: z.number().positive() }),
  /** A person let it cost so much in all. */
  event('budget.set', { budget_usd: z.number().positive(), spent_usd: z.number().nonnegative() }),
  event('run.finished', { outcome: z.enum(['completed', 'completed_degraded', 'failed', 'cancelled']) }),

  event('slot.started', { slot: z.int().positive(), pid: z.int() }),
  event('slot.ready', { slot: z.int().positive(), pid: z.int(), ms }),
  event('slot.exited', {
    slot: z.int().positive(),
    pid: z.int(),
    reason: z.enum(['ended', 'crash', 'memory', 'timeout']),
    detail: z.string().optional(),
  }),

  /**
   * A slot of the batch is this row's for one turn. `from`: the turn of another row that it was just freed by. `for`: the
   * turn that gets it, with all that it needs of what the rows share; versions that shared the slots alone do not say it.
   */
  event('slot.granted', {
    slot: z.int().positive(),
    for: z.object({ task: z.string(), turn: z.string().optional() }).optional(),
    from: z.object({ row: z.int().positive(), task: z.string() }).optional(),
  }),
  /** What was granted is given back unused. */
  event('slot.returned', { slot: z.int().positive() }),
  /**
   * Of a declared pool, or of the turns that an agent may run at once, so much is free over all rows of the batch. Said to
   * a row that wants some of it, whenever that makes a difference to what it wants.
   */
  event('pool.room', { pool: z.string(), free: z.int().nonnegative() }),

  event('task.ready', { task: z.string() }),
  event('task.assigned', { task: z.string(), agent: z.string() }),
  event('task.completed', {
    task: z.string(),
    ...body,
    degraded: z.literal(true).optional(),
    /** Tasks of its context that gave no result. */
    missing: z.array(z.string()).optional(),
    /** Tasks of its context whose results were shortened to fit the model's window. */
    shortened: z.array(z.string()).optional(),
    /** The run that the result comes from: out of the cache, or kept by a rerun. */
    cached: z.string().optional(),
    kept,
    /** Kept although this run's crew is another than the one that it was made by; in words that follow the task's name. */
    stale: z.string().optional(),
    /** What it took there. */
    took: tookSchema.optional(),
    /** Files of the workspace that it was made from or left there, where its turns stand in another run's journal. */
    files: z.array(fileContentSchema).optional(),
    /** A person changed it in review. */
    edited: z.literal(true).optional(),
  }),
  event('task.failed', { task: z.string(), ...failed, kept }),
  event('task.skipped', { task: z.string(), because: z.array(z.string()), kept }),
  event('task.not_chosen', { task: z.string(), kept }),
  event('task.cancelled', { task: z.string(), kept }),

  /** A stored result is looked for before the task is done; it is taken (`task.completed`, `cached`), or missed. */
  event('cache.asked', { task: z.string() }),
  /** `changed`: a result is stored, but these files are not as they were when it was made. */
  event('cache.missed', { task: z.string(), changed: z.array(z.string()).optional() }),

  event('attempt.started', { ...ofAttempt, slot: z.int().positive(), agent: z.string() }),
  event('attempt.ended', {
    ...ofAttempt,
    result: z.enum(['ok', 'error', 'timeout', 'crash', 'lost', 'cancelled']),
    kind: errorKindSchema.optional(),
    message: z.string().optional(),
    /** Run time at which the next attempt may start; absent where there will be none. */
    retry_at: ms.optional(),
    /** The wait before it is the provider's limit, and uses up no retry. */
    rate_limited: z.literal(true).optional(),
    /** What the turn gave, where its task's result is not said at once: a proposal, or a result that waits for review. */
    ...body,
    /** Tasks of its context whose results were shortened, where it gave something. */
    shortened: z.array(z.string()).optional(),
  }),
  event('delegation.started', {
    ...ofAttempt,
    id: z.string(),
    from: z.string(),
    to: z.string(),
    question: z.boolean(),
    /** The one who is asked judges the turn's answer, rather than helps with it. */
    judges: z.enum(['manager_review', 'guardrail']).optional(),
  }),
  event('delegation.ended', { ...ofAttempt, id: z.string(), ok: z.boolean(), ms }),
  event('vote', { ...ofAttempt, agent: z.string(), choice: z.string() }),
  event('check', {
    ...ofAttempt,
    /** `repair`: the next answer after one that was sent back by a schema or a guardrail. */
    what: z.enum(['schema', 'guardrail', 'repair', 'manager_review']),
    passed: z.boolean(),
    detail: z.string().optional(),
  }),
  event('review.asked', { task: z.string(), when: z.enum(['before', 'after']) }),
  event('review.answered', {
    task: z.string(),
    when: z.enum(['before', 'after']),
    /** `edited` before a task: a person wrote its result, and no agent did it. */
    answer: z.enum(['approved', 'edited', 'sent_back']),
    remark: z.string().optional(),
    /** Absent in journals of versions that asked nobody else. `approve_all`: a person who approved everything beforehand. */
    by: z.enum(['person', 'approve_all']).optional(),
  }),

  /** One answered or failed model call. `blob` holds the assistant's message (JSON); `prompt_blob` the messages sent. */
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
    /** The answer ends where it reached the length that it may have, and is not whole. */
    cut_at_length: z.literal(true).optional(),
    /** Settings that were renamed or left out, because the model does not accept them; absent if none. */
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
    /** Milliseconds before it that the engine kept it waiting for a permit of the limiter; absent when 0. */
    waited_ms: ms.optional(),
  }),
  /** One tool call. `blob` holds {arguments, answer}; `rehearsed`: the tool was not called, the answer is made up. */
  event('tool.call', {
    ...ofAttempt,
    agent: z.string(),
    call_id: z.string(),
    name: z.string(),
    ms,
    ok: z.boolean(),
    rehearsed: z.literal(true).optional(),
    measured: measuredSchema.optional(),
    blob: sha256.optional(),
    delegation: z.string().optional(),
    /** Milliseconds of it that the engine kept it waiting (a lease, an approval). */
    waited_ms: ms.optional(),
  }),
  event('milestone', { ...ofAttempt, name: z.string(), data: z.json().optional() }),

  event('limiter', {
    origin: z.string(),
    in_flight: z.int().positive(),
    /** `extended`: another refusal asked to wait longer; the calls at once are halved once a wait. */
    reason: z.enum(['refused', 'extended', 'recovered', 'set']),
    until: ms.optional(),
  }),
  /** Its model may not be asked now, so nothing of it starts: its provider asked to wait, or a minute is used up. */
  event('agent.held', { agent: z.string(), by: z.enum(['provider', 'minute']) }),
  event('agent.freed', { agent: z.string() }),
  /** By a tool; the pools of the file exist from the start. */
  event('resource.created', { ...ofAttempt, resource: z.string(), capacity: z.int().positive() }),
  event('resource.requested', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
  event('resource.acquired', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
  event('resource.released', {
    ...ofAttempt,
    resource: z.string(),
    holder: z.string(),
    /** The attempt ended while holding it. */
    reclaimed: z.literal(true).optional(),
  }),
  event('resource.timed_out', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),

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
/** An event before the engine has given it its place in the journal. */
export type EventDraft = Unstamped<RunEvent>;

/** Results up to this many bytes of UTF-8 stand in their event, longer ones in a blob. */
export const INLINE_RESULT_BYTES = 4096;
