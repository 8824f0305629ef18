import { z } from 'zod';
import { problemSchema } from '../crew/problem.ts';
import { crewSchema } from '../crew/schema.ts';
import { conversionReportSchema } from '../import/report.ts';
import { failureSchema } from '../run/error-kind.ts';
import { approvalAnswerSchema } from '../slot/slot-request.ts';

// The values that the window and the main process exchange: crews, runs, batches, providers, and results of calls.

/** An open crew. `path` is null until it is saved; a template is opened as an unsaved crew. */
export const documentSchema = z.object({
  path: z.string().nullable(),
  crew: crewSchema,
  /** Whether the crew has changes that are not on disk, such as edits recovered after a crash. */
  edited: z.boolean(),
});
export type OpenDocument = z.infer<typeof documentSchema>;

/** A notice about the file that a window shows until a person answers it. */
const fileNoticeSchema = z.discriminatedUnion('kind', [
  /** The file and the crew in the window have both changed. */
  z.object({ kind: z.literal('changed') }),
  z.object({ kind: z.literal('deleted') }),
  /** The file has changed, and its content cannot be opened as a crew. */
  z.object({ kind: z.literal('unreadable'), reason: z.string() }),
  /** The window shows edits that were recovered after a crash. */
  z.object({
    kind: z.literal('recovered'),
    /** When the edits were stored, in milliseconds since 1970; 0: unknown. */
    kept_ms: z.number(),
    /** The file that was edited; null for a crew that was never saved. */
    from: z.string().nullable(),
    /** The state of the file relative to the edits; `none`: the window has no file. */
    file: z.enum(['none', 'same', 'newer', 'missing']),
  }),
]);
export type FileNotice = z.infer<typeof fileNoticeSchema>;

/** An interrupted run or batch of the window's crew file that can be resumed. */
const interruptedSchema = z.object({
  run: z.string(),
  /** The batch to resume instead of the run; null for a single run. */
  batch: z.string().nullable(),
  /** Wall clock of the start, in milliseconds since 1970. */
  wall_ms: z.number(),
  /** The number of completed tasks of all tasks; for a batch, of completed rows of all rows. */
  done: z.int(),
  total: z.int(),
});
export type InterruptedRun = z.infer<typeof interruptedSchema>;

export const noticesSchema = z.object({
  file: fileNoticeSchema.nullable(),
  /** Why unsaved edits cannot be stored for recovery; null if they can. */
  unprotected: z.string().nullable(),
  interrupted: interruptedSchema.nullable(),
});
export type Notices = z.infer<typeof noticesSchema>;

export const openedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('opened'), document: documentSchema }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('refused'), path: z.string().nullable(), problems: z.array(problemSchema) }),
]);
export type Opened = z.infer<typeof openedSchema>;

/** Like `openedSchema`, with what the import converted and left out. */
export const importedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('opened'), document: documentSchema, report: conversionReportSchema }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('refused'), path: z.string().nullable(), problems: z.array(problemSchema) }),
]);

export const convertedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('exported'), folder: z.string(), report: conversionReportSchema }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);

export const savedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('saved'), path: z.string() }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);

/** Why a run or a batch was not started. */
const NOT_STARTED = [
  z.object({ status: z.literal('refused'), problems: z.array(problemSchema) }),
  /** Something outside the file is missing: a key, a consent, a writable workspace. */
  z.object({
    status: z.literal('failed'),
    failure: failureSchema.or(z.object({ kind: z.string(), message: z.string() })),
  }),
  z.object({ status: z.literal('cancelled') }),
] as const;

export const startedSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('started'),
    /** The run that has started; of a batch, that of its first row, or null if no row could be started. */
    run: z.string().nullable(),
    /** The batch that has started; null for a single run. */
    batch: z.string().nullable(),
    /** A remark to show to the person. */
    note: z.string().optional(),
  }),
  ...NOT_STARTED,
]);
export type Started = z.infer<typeof startedSchema>;

/** `cancelled`: the person cancelled a dialog. */
export const deletedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done') }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);

export const doneSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done') }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);

/** A run in the list of runs, with the figures of the command `runs`. */
export const runSummarySchema = z.object({
  run: z.string(),
  crew: z.string(),
  wall_ms: z.int(),
  outcome: z.enum(['completed', 'completed_degraded', 'failed', 'cancelled', 'interrupted', 'running']),
  rehearsal: z.boolean(),
  total_tasks: z.int(),
  completed_tasks: z.int(),
  /** The number of tasks that this run did not execute. */
  cached_tasks: z.int(),
  kept_tasks: z.int(),
  makespan_ms: z.int().nullable(),
  tokens: z.int(),
  cost_usd: z.number().nullable(),
  /** The cost is an upper limit: the price of cached tokens is unknown, so they count in full. */
  cost_at_most: z.boolean(),
  /** The batch row of this run, and the number of deleted rows of that batch; null for a single run. */
  batch: z.object({ batch: z.string(), row: z.int(), rows: z.int(), deleted: z.int() }).nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A row of an active batch. */
export const batchRowSchema = z.object({
  row: z.int().positive(),
  run: z.string(),
  /** Its inputs, abbreviated. */
  label: z.string(),
  status: z.enum([
    'waiting',
    'running',
    'completed',
    'completed_degraded',
    'failed',
    'cancelled',
    'interrupted',
    'refused',
  ]),
  done: z.int(),
  total: z.int(),
  /** Why it could not be started. */
  message: z.string().optional(),
});
export type BatchRowView = z.infer<typeof batchRowSchema>;

export const batchSchema = z.object({ batch: z.string(), live: z.boolean(), rows: z.array(batchRowSchema) });

/** A file of inputs that a person chose for a batch, with its problems. */
export const chosenRowsSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('chosen'),
    path: z.string(),
    columns: z.array(z.string()),
    /** The number of rows; `rows` contains the first of them. */
    count: z.int(),
    rows: z.array(z.array(z.string())),
    problems: z.array(problemSchema),
    notes: z.array(z.string()),
  }),
  z.object({ status: z.literal('cancelled') }),
]);
export type ChosenRows = Extract<z.infer<typeof chosenRowsSchema>, { status: 'chosen' }>;

export const providerSchema = z.object({
  name: z.string(),
  title: z.string(),
  base_url: z.string().nullable(),
  models: z.array(z.string()),
  needs_key: z.boolean(),
  has_key: z.boolean(),
  /** Whether the provider is a local server that answered just now, the rehearsal, or chosen by a person. */
  available: z.boolean(),
});
export type ProviderInfo = z.infer<typeof providerSchema>;

/** The menus of the application that list commands of the window. */
export const MENUS = ['file', 'edit', 'view', 'run', 'help'] as const;

/** A command of the window as the native menu shows it. Commands of one group are adjacent, in the given order. */
export const menuCommandSchema = z.object({
  command: z.string().max(64),
  label: z.string().min(1).max(64),
  menu: z.enum(MENUS),
  group: z.int(),
  /** `Mod+Shift+P`; `Mod` is Ctrl or Cmd. */
  accelerator: z
    .string()
    .regex(/^Mod\+(Shift\+|Alt\+)*([A-Z0-9.]|Enter)$/)
    .nullable(),
});
export type MenuCommand = z.infer<typeof menuCommandSchema>;

export const themeSchema = z.enum(['system', 'dark', 'light']);
export type Theme = z.infer<typeof themeSchema>;

/** The answer to a human review; `edited`: the person's text is the result. */
export const reviewAnswerSchema = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('approved'), remark: z.string().optional() }),
  z.object({ answer: z.literal('edited'), text: z.string(), remark: z.string().optional() }),
  z.object({ answer: z.literal('sent_back'), remark: z.string() }),
]);

/** The answer to a question of a running turn: a decision about a tool call, or the text that the agent asked for. */
export const personAnswerSchema = z.union([
  approvalAnswerSchema,
  z.object({ answer: z.literal('answered'), text: z.string() }),
]);

export const exportedSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('exported'), folder: z.string() }),
  z.object({ status: z.literal('cancelled') }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);

/** The origin of a crew; see `Origin` in shared/trust. */
export const originSchema = z.enum(['own', 'trusted', 'foreign']);

/** The entries of trust that Settings shows. */
export const trustListSchema = z.object({
  /** Crews whose content is trusted; `file` is the path that the content was read from, if any. */
  crews: z.array(z.object({ sha256: z.string(), file: z.string().nullable() })),
  /** Folders whose crew files are trusted. */
  folders: z.array(z.string()),
  /** Folders that were confirmed as workspaces. */
  workspaces: z.array(z.string()),
});
export type TrustList = z.infer<typeof trustListSchema>;

/** A tool of a server, as the server listed it. `model_name` is `server__tool` as models use it. */
export const listedToolSchema = z.object({ name: z.string(), model_name: z.string(), description: z.string() });
export type ListedTool = z.infer<typeof listedToolSchema>;

/** Whether a server could be started, with its tools. `message`: complete, for a person. */
export const serverTestSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('started'), tools: z.array(listedToolSchema), ms: z.int() }),
  z.object({ status: z.literal('failed'), message: z.string() }),
  z.object({ status: z.literal('cancelled') }),
]);
export type ServerTest = z.infer<typeof serverTestSchema>;

/**
 * A key that a crew file names, and the address that it is sent to; null: it is given to a program. A key belongs to one
 * scheme, host and port.
 */
export const namedKeySchema = z.object({ name: z.string().min(1).max(200), url: z.string().nullable() });
export type NamedKey = z.infer<typeof namedKeySchema>;

/** Where the value of a key comes from: the key store, or the environment of the application. */
export const keySourceSchema = z.enum(['stored', 'environment', 'missing']);
export type KeySource = z.infer<typeof keySourceSchema>;
