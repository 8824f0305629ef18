import { z } from 'zod';
import { problemSchema } from '../crew/problem.ts';
import { crewSchema } from '../crew/schema.ts';
import { estimateSchema, runEventSchema } from '../run/events.ts';
import {
  batchSchema,
  chosenRowsSchema,
  convertedSchema,
  deletedSchema,
  documentSchema,
  doneSchema,
  exportedSchema,
  importedSchema,
  keySourceSchema,
  listedToolSchema,
  menuCommandSchema,
  namedKeySchema,
  noticesSchema,
  openedSchema,
  originSchema,
  personAnswerSchema,
  providerSchema,
  reviewAnswerSchema,
  runSummarySchema,
  savedSchema,
  serverTestSchema,
  startedSchema,
  themeSchema,
  trustListSchema,
} from './values.ts';

/**
 * The protocol between the window and the main process. One table defines the types, the bridge and the checks. `calls`
 * go from the window to main and are answered; `pushes` go from main to the window.
 */

const nothing = z.object({});
/** The ID of a run, of the run of a row, or of a batch. A command to a row in progress is one to its whole batch. */
const ofRun = z.object({ run: z.string() });

const startInput = z.object({
  slots: z.int().min(1).max(64),
  provider: z.string(),
  base_url: z.url({ protocol: /^https?$/ }).nullable(),
  model: z.string().nullable(),
});

/** A crew file that tasks run. */
const partSchema = z.object({ sha256: z.string(), crew: crewSchema });

const call = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out) => ({ input, output });

export const calls = {
  /** Called once when the window has loaded. */
  'app.start': call(
    nothing,
    z.object({
      document: documentSchema,
      origin: originSchema,
      /**
       * The path of the file that the window opens, while main reads it; `crew.opened` or `crew.refused` follows.
       */
      loading: z.string().nullable(),
      /** The file named on the command line could not be opened. */
      refused: z.object({ path: z.string().nullable(), problems: z.array(problemSchema) }).nullable(),
      notices: noticesSchema,
      theme: themeSchema,
      platform: z.string(),
      versions: z.record(z.string(), z.string()),
      /**
       * `memory`: the system has no key store, so keys are stored until the application quits, and the window says so.
       */
      key_store: z.enum(['system', 'memory']),
      first_run: z.boolean(),
      /** The run that the window showed before it was reloaded. */
      run: z.string().nullable(),
    }),
  ),
  /** Shows what a run of the crew in the window would do, and asks whether to trust the crew or its folder. */
  'trust.crew': call(nothing, doneSchema),
  /** Returns what a person trusts. */
  'trust.list': call(nothing, trustListSchema),
  /** Revokes one entry of the list. */
  'trust.revoke': call(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('path'), path: z.string() }),
      z.object({ kind: z.literal('content'), sha256: z.string() }),
    ]),
    doneSchema,
  ),
  /** Files that were opened or saved, the latest first. */
  'app.recent': call(nothing, z.array(z.object({ path: z.string(), name: z.string(), folder: z.string() }))),
  /** The window has drawn its crew and is idle: preparations such as warming slots may start. */
  'app.settled': call(nothing, nothing),
  /** An error of the page that nothing caught, for the diagnostics. `stack` is empty if the error has none. */
  'app.error_report': call(
    z.object({ name: z.string().max(200), message: z.string().max(10_000), stack: z.string().max(20_000) }),
    nothing,
  ),
  /** The window's commands, for the native menu. Every window sends the same. */
  'app.menu': call(z.object({ commands: z.array(menuCommandSchema).max(200) }), nothing),
  'app.theme': call(z.object({ theme: themeSchema }), nothing),
  'app.show_folder': call(z.object({ path: z.string() }), nothing),
  /** Asks for a path, and writes a drawing of the timeline or a result to it. */
  'app.save_file': call(z.object({ name: z.string(), base64: z.string() }), savedSchema),
  'app.copy': call(z.object({ text: z.string() }), nothing),
  /**
   * Returns the content of the clipboard to paste it into the crew. Agents and tasks from elsewhere change the crew's
   * origin.
   */
  'app.paste': call(nothing, z.object({ text: z.string() })),

  'crew.templates': call(nothing, z.array(z.object({ name: z.string(), title: z.string(), description: z.string() }))),
  /** Asks about unsaved changes first, like every call that replaces the crew. */
  'crew.new': call(z.object({ template: z.string() }), openedSchema),
  /** Opens the crew of a run as a new crew without a file. */
  'crew.from_run': call(z.object({ run: z.string() }), openedSchema),
  /** Opens a crew that is made from a project of another framework, which a dialog asks for, as a new crew. */
  'crew.import': call(z.object({ from: z.enum(['crewai', 'rcrewai']) }), importedSchema),
  /** Writes a crew as a project of CrewAI into a folder that a dialog asks for. */
  'crew.export': call(z.object({ crew: crewSchema }), convertedSchema),
  /** If the path is missing, the system's dialog asks for it. */
  'crew.open': call(
    /** `beside`: a dropped file opens in another window, unless the crew in this window is empty and unedited. */
    z.object({ path: z.string().optional(), beside: z.boolean().optional() }),
    openedSchema,
  ),
  /** Saves to the crew's file; asks for a path if there is none. */
  'crew.save': call(z.object({ crew: crewSchema }), savedSchema),
  'crew.save_as': call(z.object({ crew: crewSchema }), savedSchema),
  /**
   * Called after each finished gesture, and before calls about the crew: main runs the crew that it received last. Also
   * used for crash recovery and for the question about unsaved changes.
   */
  'crew.edited': call(
    /** `touched`: the crew differs from the opened or saved one. `edited`: it differs, or its file no longer exists. */
    z.object({ crew: crewSchema, edited: z.boolean(), touched: z.boolean() }),
    nothing,
  ),
  /** Answers `crew.finish`: main has received the current crew. */
  'crew.finished': call(nothing, nothing),
  /** The window shows the crew from `crew.reloaded`. */
  'crew.taken': call(z.object({ hash: z.string() }), nothing),
  /** Answers the question about the changed file: keep the crew in the window, or use the file instead. */
  'crew.answer': call(z.object({ answer: z.enum(['keep', 'take']) }), doneSchema),
  /** The crew on disk, to compare it with the one in the window. */
  'crew.on_disk': call(
    nothing,
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('ready'), crew: crewSchema }),
      z.object({ status: z.literal('failed'), message: z.string() }),
    ]),
  ),
  /**
   * Asks for a crew file that a task can run, below the folder of the window's crew. `path`: relative to this folder;
   * null if the person chose none.
   */
  'crew.choose_part': call(
    nothing,
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('ready'), path: z.string().nullable() }),
      z.object({ status: z.literal('failed'), message: z.string() }),
    ]),
  ),
  /**
   * The data for predictions in the window: estimates from earlier runs, by task, and the crew files that tasks run, by
   * path. There are none if one of them cannot be used.
   */
  'crew.estimates': call(
    nothing,
    z.object({ estimates: z.record(z.string(), estimateSchema), parts: z.record(z.string(), partSchema) }),
  ),

  /**
   * Runs the crew in the window, saved or not. `slots` and `provider` are the values in the toolbar. With the `path` of
   * a file from `batch.choose`, runs the crew once per row of the file. `inputs` override those of the crew for this run;
   * a batch takes them from its rows.
   */
  'run.start': call(
    startInput.extend({ path: z.string().optional(), inputs: z.record(z.string(), z.json()).optional() }),
    startedSchema,
  ),
  /** The batch that is in progress in this window. */
  'run.current': call(nothing, z.object({ batch: batchSchema.nullable() })),
  'run.pause': call(ofRun, doneSchema),
  'run.unpause': call(ofRun, doneSchema),
  'run.stop': call(ofRun, doneSchema),
  'run.slots': call(z.object({ run: z.string(), slots: z.int().min(1).max(64) }), doneSchema),
  /** Answers a human review. Resolves when the answer is flushed. */
  'run.answer': call(z.object({ run: z.string(), task: z.string(), answer: reviewAnswerSchema }), doneSchema),
  /** Answers a question of a running turn. Resolves when the answer is flushed. */
  'run.reply': call(
    z.object({ run: z.string(), task: z.string(), id: z.string(), answer: personAnswerSchema }),
    doneSchema,
  ),
  /** Sets a new total budget for a run whose budget is used up. */
  'run.budget': call(
    z
      .object({ run: z.string() })
      .and(z.union([z.object({ budget_usd: z.number().positive() }), z.object({ budget_tokens: z.int().positive() })])),
    doneSchema,
  ),
  /** Interrupts a run whose budget is used up. It can be resumed. */
  'run.interrupt': call(ofRun, doneSchema),
  /** Resumes an interrupted run or batch. */
  'run.resume': call(ofRun, startedSchema),
  /** Stops offering to resume the run, or the batch, when its crew is opened. It stays in the list of runs. */
  'run.dismiss': call(ofRun, nothing),
  /**
   * Starts a new run that repeats a part of an earlier run and reuses the rest. If the earlier run was of the crew in
   * the window, the crew in the window runs; otherwise the crew of the earlier run. A batch repeats what failed.
   */
  'run.rerun': call(
    z.object({
      run: z.string(),
      what: z.discriminatedUnion('kind', [
        z.object({ kind: z.enum(['failed', 'stale']) }),
        z.object({ kind: z.enum(['from', 'only']), task: z.string() }),
      ]),
    }),
    startedSchema,
  ),
  /**
   * Returns which results of a run are stale for the crew in the window, each with a reason that follows a task's name.
   * Null: the run is of another crew, or cannot be compared with this one.
   */
  'run.stale': call(ofRun, z.object({ stale: z.record(z.string(), z.string()).nullable() })),
  /**
   * Returns the events of a run after a sequence number, at most a few thousand. Repeat from the last one until the
   * list is empty. The first page includes the crew of the run.
   */
  'run.events': call(
    z.object({ run: z.string(), after: z.int().nonnegative() }),
    z.object({
      crew: crewSchema.nullable(),
      events: z.array(runEventSchema),
      live: z.boolean(),
      /** Whether the run is of the crew in the window; null on later pages. */
      of_crew: z.boolean().nullable(),
    }),
  ),
  /** Returns the text of a blob of the run. */
  'run.blob': call(z.object({ run: z.string(), blob: z.string() }), z.object({ text: z.string() })),
  /** The tasks whose streamed text is on screen. Main sends no other streamed text. */
  'run.watch': call(z.object({ run: z.string(), tasks: z.array(z.string()) }), nothing),
  /** Asks for a folder and writes the reports of the run, or of the batch with all its rows, into it. */
  'run.export': call(ofRun, exportedSchema),
  /** Asks for a CSV or JSON file of inputs, and reads it for the crew. */
  'batch.choose': call(nothing, chosenRowsSchema),
  'runs.list': call(nothing, z.array(runSummarySchema)),
  /** Asks for confirmation, then permanently deletes the run, or the batch with the runs of its rows. */
  'runs.delete': call(ofRun, deletedSchema),

  /** Returns the number and size of the stored results. */
  'cache.size': call(nothing, z.object({ entries: z.int(), bytes: z.int() })),
  /** Clears the cache after asking for confirmation. */
  'cache.clear': call(
    nothing,
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('cleared'), entries: z.int(), bytes: z.int() }),
      z.object({ status: z.literal('cancelled') }),
    ]),
  ),

  /**
   * The tools that the servers of the crew listed when they were last started, by the name of the server. A server that
   * has never been started is absent.
   */
  'servers.tools': call(nothing, z.record(z.string(), z.array(listedToolSchema))),
  /** Starts a server of the crew, after asking for consent if that is needed, lists its tools, and ends it. */
  'servers.test': call(z.object({ server: z.string() }), serverTestSchema),

  /** The memory of the window's crew, the latest items first. */
  'memory.list': call(
    nothing,
    z.object({
      items: z.array(
        z.object({
          ...{ id: z.string(), text: z.string(), agent: z.string().nullable(), task: z.string().nullable() },
          ...{ run: z.string().nullable(), at: z.string() },
        }),
      ),
      damaged: z.int(),
    }),
  ),
  'memory.edit': call(z.object({ id: z.string(), text: z.string().min(1).max(4000) }), doneSchema),
  'memory.delete': call(z.object({ id: z.string() }), doneSchema),
  'memory.clear': call(nothing, doneSchema),

  'providers.list': call(nothing, z.array(providerSchema)),
  /** Stores a key. It is never sent back. */
  'keys.set': call(z.object({ provider: z.string(), base_url: z.string().nullable(), key: z.string() }), doneSchema),
  /** Whether keys that the crew names have a value, in the order of the input. */
  'keys.named': call(z.object({ keys: z.array(namedKeySchema).max(1000) }), z.array(keySourceSchema)),
  /** Stores the value of a key that the crew names. It is never sent back. */
  'keys.set_named': call(namedKeySchema.extend({ key: z.string() }), doneSchema),
  'keys.remove_named': call(namedKeySchema, doneSchema),
  'keys.remove': call(z.object({ provider: z.string(), base_url: z.string().nullable() }), doneSchema),
} as const;

export const pushes = {
  /** A failure that no call caused, as a sentence for a person. */
  'app.error': z.object({ message: z.string() }),
  /**
   * New events of the open run: at most some hundreds, and at most one update per frame. `now` is the current run time.
   */
  'run.update': z.object({
    run: z.string(),
    events: z.array(runEventSchema),
    text: z.array(z.object({ task: z.string(), attempt: z.int(), turn: z.string().nullable(), delta: z.string() })),
    now: z.int(),
  }),
  /** The run's owner has released it: the run finished or was interrupted. `seq`: the number of its last event. */
  'run.ended': z.object({ run: z.string(), seq: z.int() }),
  /** Changed rows of the window's batch. `live` is false once all rows were released. */
  'run.rows': batchSchema,
  'crew.opened': z.object({ document: documentSchema }),
  /** The crew on disk, for a window without edits; `force`: replaces edits too. `hash` identifies it in the answer. */
  'crew.reloaded': z.object({ crew: crewSchema, hash: z.string(), force: z.boolean() }),
  /** The window is about to close: finish the current entry in a field, and report the crew. */
  'crew.finish': nothing,
  /** Opens the comparison with the file on disk. */
  'crew.compare': nothing,
  /** The notices about the file and the recovery copy have changed. */
  'app.notices': noticesSchema,
  /** The origin of the crew has changed: another crew was opened, or a person decided about it. */
  'crew.origin': z.object({ origin: originSchema }),
  'crew.refused': z.object({ path: z.string().nullable(), problems: z.array(problemSchema) }),
  /** A command, by the name that `app.menu` gave it, was chosen in the native menu. */
  'menu.command': z.object({ command: z.string() }),
  'theme.changed': z.object({ dark: z.boolean() }),
} as const;

export type CallName = keyof typeof calls;
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<(typeof calls)[Name]['output']>;
export type PushName = keyof typeof pushes;
export type PushBody<Name extends PushName> = z.output<(typeof pushes)[Name]>;

/**
 * The bridge, `window.crewlane`. It transports JSON text, which both sides parse to typed values: Electron copies an
 * object into the page property by property, which takes 0.1 s or more for a crew of 10,000 tasks.
 */
export interface Bridge {
  call(name: CallName, input: string): Promise<string>;
  /** Returns the function that unsubscribes. */
  on(name: PushName, listener: (body: string) => void): () => void;
  /** The path of a file that was dropped on the window. */
  pathOf(file: unknown): string;
}
