import { z } from 'zod';
import { problemSchema } from '../project/problem.ts';
import { crewSchema } from '../project/schema.ts';
import { estimateSchema, runEventSchema } from '../run/events.ts';
import {
  batchSchema,
  batchStartedSchema,
  chosenRowsSchema,
  deletedSchema,
  documentSchema,
  doneSchema,
  exportedSchema,
  menuCommandSchema,
  noticesSchema,
  openedSchema,
  originSchema,
  providerSchema,
  reviewAnswerSchema,
  runSummarySchema,
  savedSchema,
  startedSchema,
  themeSchema,
  trustListSchema,
} from './values.ts';

/**
 * What the window and the main process say to each other: one table makes the types, the bridge and the checks.
 * `calls` go from the window to main and are answered; `pushes` go from main to the window.
 */

const nothing = z.object({});
const ofBatch = z.object({ batch: z.string() });
const ofRun = z.object({ run: z.string() });

const startInput = z.object({
  slots: z.int().min(1).max(64),
  provider: z.string(),
  base_url: z.url({ protocol: /^https?$/ }).nullable(),
  model: z.string().nullable(),
});

const call = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out) => ({ input, output });

export const calls = {
  /** Asked once when the window has loaded. */
  'app.start': call(
    nothing,
    z.object({
      document: documentSchema,
      origin: originSchema,
      /** The path of the file that the window opens with, while it is read; `project.opened` or `project.refused` follows. */
      loading: z.string().nullable(),
      /** The file named on the command line could not be opened. */
      refused: z.object({ path: z.string().nullable(), problems: z.array(problemSchema) }).nullable(),
      notices: noticesSchema,
      theme: themeSchema,
      platform: z.string(),
      versions: z.record(z.string(), z.string()),
      /** `memory`: the system has no key store; a key lives until the application ends, and the window says so. */
      key_store: z.enum(['system', 'memory']),
      first_run: z.boolean(),
      /** The run that the window drew before it was loaded again. */
      run: z.string().nullable(),
    }),
  ),
  /** Shows what a run of the crew in the window would do, and asks whether to trust the crew or its folder. */
  'trust.crew': call(nothing, doneSchema),
  /** What a person trusts. */
  'trust.list': call(nothing, trustListSchema),
  /** Takes back one entry of the list. */
  'trust.revoke': call(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('path'), path: z.string() }),
      z.object({ kind: z.literal('content'), sha256: z.string() }),
    ]),
    doneSchema,
  ),
  /** Files that were opened or saved, the latest first. */
  'app.recent': call(nothing, z.array(z.object({ path: z.string(), name: z.string(), folder: z.string() }))),
  /** The window has drawn what it opened with, and has nothing to do: what is made ready for later may begin. */
  'app.settled': call(nothing, nothing),
  /** The window's commands, for the native menu. Every window sends the same. */
  'app.menu': call(z.object({ commands: z.array(menuCommandSchema).max(200) }), nothing),
  'app.theme': call(z.object({ theme: themeSchema }), nothing),
  'app.show_folder': call(z.object({ path: z.string() }), nothing),
  /** Asks where, and writes a drawing of the timeline or a result there. */
  'app.save_file': call(z.object({ name: z.string(), base64: z.string() }), savedSchema),
  'app.copy': call(z.object({ text: z.string() }), nothing),
  /** What the clipboard has, to be pasted into the crew: agents and tasks from elsewhere make it a crew from elsewhere. */
  'app.paste': call(nothing, z.object({ text: z.string() })),

  'project.templates': call(
    nothing,
    z.array(z.object({ name: z.string(), title: z.string(), description: z.string() })),
  ),
  /** Asks about unsaved changes first, as every call that replaces the document. */
  'project.new': call(z.object({ template: z.string() }), openedSchema),
  /** Opens the crew of a run, as it was run, as a new crew without a file. */
  'project.from_run': call(z.object({ run: z.string() }), openedSchema),
  /** Without a path the system's dialog asks for it. */
  'project.open': call(
    /** `beside`: a dropped file opens in a window of its own, unless the crew in this one is empty and unedited. */
    z.object({ path: z.string().optional(), beside: z.boolean().optional() }),
    openedSchema,
  ),
  /** To the file it came from; asks for one where there is none. */
  'project.save': call(z.object({ project: crewSchema }), savedSchema),
  'project.save_as': call(z.object({ project: crewSchema }), savedSchema),
  /**
   * After each finished gesture, and before main is asked about the crew: what main holds is what runs. Also for crash
   * recovery and for the guard of unsaved changes.
   */
  'project.edited': call(
    /** `touched`: the crew differs from what was opened or saved; `edited`: or its file is not on disk any more. */
    z.object({ project: crewSchema, edited: z.boolean(), touched: z.boolean() }),
    nothing,
  ),
  /** Answers `project.finish`: main knows the crew as it is in the window. */
  'project.finished': call(nothing, nothing),
  /** The window shows what `project.reloaded` handed to it. */
  'project.taken': call(z.object({ hash: z.string() }), nothing),
  /** Answers what the window shows about its file: keep the crew in the window, or take what is on disk instead. */
  'project.answer': call(z.object({ answer: z.enum(['keep', 'take']) }), doneSchema),
  /** The crew on disk, to compare it with the one in the window. */
  'project.on_disk': call(
    nothing,
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('ready'), project: crewSchema }),
      z.object({ status: z.literal('failed'), message: z.string() }),
    ]),
  ),
  /** Lengths learned from earlier runs, by task; for predictions in the window. */
  'project.estimates': call(nothing, z.record(z.string(), estimateSchema)),

  /** Saved or not: the project in the window is what runs. `slots` and `provider` as the toolbar shows them. */
  'run.start': call(startInput, startedSchema),
  'run.pause': call(ofRun, doneSchema),
  'run.unpause': call(ofRun, doneSchema),
  'run.stop': call(ofRun, doneSchema),
  'run.slots': call(z.object({ run: z.string(), slots: z.int().min(1).max(64) }), doneSchema),
  /** Answers a review of the run; done once the answer is safe. */
  'run.answer': call(z.object({ run: z.string(), task: z.string(), answer: reviewAnswerSchema }), doneSchema),
  /** Lets a run whose budget is used up cost so much in all. */
  'run.budget': call(z.object({ run: z.string(), budget_usd: z.number().positive() }), doneSchema),
  /** Leaves a run whose budget is used up: it is interrupted, and can be resumed. */
  'run.interrupt': call(ofRun, doneSchema),
  /** Goes on with a run that was cut off. */
  'run.resume': call(ofRun, startedSchema),
  /** The run, or the batch, is not offered to be resumed any more when its crew is opened. It stays in the list of runs. */
  'run.dismiss': call(ofRun, nothing),
  /**
   * A new run that does a part of an earlier one again and keeps the rest. Of a run of the crew in the window the crew as
   * it stands there runs, else the one that was run.
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
   * Which results of a run are stale for the crew in the window, with why, in words that follow a task's name. Null: the
   * run is of another crew, or cannot be compared with this one.
   */
  'run.stale': call(ofRun, z.object({ stale: z.record(z.string(), z.string()).nullable() })),
  /**
   * Everything of a run since a sequence number, at most a few thousand events; ask again from the last until empty. The
   * crew as it was run comes with the first of them.
   */
  'run.events': call(
    z.object({ run: z.string(), after: z.int().nonnegative() }),
    z.object({
      project: crewSchema.nullable(),
      events: z.array(runEventSchema),
      live: z.boolean(),
      /** Whether the run is one of the crew in the window; null on later pages. */
      of_crew: z.boolean().nullable(),
    }),
  ),
  /** The text of a blob of the run. */
  'run.blob': call(z.object({ run: z.string(), blob: z.string() }), z.object({ text: z.string() })),
  /** Which tasks' streamed text is on screen; main sends no other. */
  'run.watch': call(z.object({ run: z.string(), tasks: z.array(z.string()) }), nothing),
  /** Asks for a folder and writes the reports into it. */
  'run.export': call(ofRun, exportedSchema),
  /** Asks for a CSV or JSON file of inputs, and reads it for the crew. */
  'batch.choose': call(nothing, chosenRowsSchema),
  /** As `run.start`, once for each row of the file. */
  'batch.start': call(startInput.extend({ path: z.string() }), batchStartedSchema),
  /** Goes on with a batch that was cut off. */
  'batch.resume': call(ofBatch, batchStartedSchema),
  /** Starts a new batch that repeats what failed in an earlier batch and reuses the rest. */
  'batch.rerun': call(ofBatch, batchStartedSchema),
  /** The batch that this window carries. */
  'batch.current': call(nothing, z.object({ batch: batchSchema.nullable() })),
  /** Rows that are under way are cancelled, the others do not start. */
  'batch.stop': call(ofBatch, doneSchema),
  /** Asks for a folder and writes the reports of all rows into it. */
  'batch.export': call(ofBatch, exportedSchema),
  /** Asks, and removes the batch and its rows' runs for good. */
  'batch.delete': call(ofBatch, deletedSchema),
  'runs.list': call(nothing, z.array(runSummarySchema)),
  'runs.delete': call(ofRun, deletedSchema),

  /** The results that are stored for later runs. */
  'cache.size': call(nothing, z.object({ entries: z.int(), bytes: z.int() })),
  /** Asks first. */
  'cache.clear': call(
    nothing,
    z.discriminatedUnion('status', [
      z.object({ status: z.literal('cleared'), entries: z.int(), bytes: z.int() }),
      z.object({ status: z.literal('cancelled') }),
    ]),
  ),

  'providers.list': call(nothing, z.array(providerSchema)),
  /** The key enters here and is never sent back. */
  'keys.set': call(z.object({ provider: z.string(), base_url: z.string().nullable(), key: z.string() }), doneSchema),
  'keys.remove': call(z.object({ provider: z.string(), base_url: z.string().nullable() }), doneSchema),
} as const;

export const pushes = {
  /** Something that nobody asked for went wrong; a sentence for a person. */
  'app.error': z.object({ message: z.string() }),
  /** New events of the open run, some hundreds at most, and at most one batch a frame. `now` is run time, for what is still running. */
  'run.update': z.object({
    run: z.string(),
    events: z.array(runEventSchema),
    text: z.array(z.object({ task: z.string(), attempt: z.int(), turn: z.string().nullable(), delta: z.string() })),
    now: z.int(),
  }),
  /** The run's process lets go of it: finished, or interrupted. `seq`: the number of its last event. */
  'run.ended': z.object({ run: z.string(), seq: z.int() }),
  /** Rows of the window's batch that have changed; `live` is false once all have been let go of. */
  'batch.rows': batchSchema,
  'project.opened': z.object({ document: documentSchema }),
  /** What is on disk, for a window without edits; `force`: in place of edits too. `hash`: names it in the answer. */
  'project.reloaded': z.object({ project: crewSchema, hash: z.string(), force: z.boolean() }),
  /** The window is about to close: finish the field that is being edited, and report the crew. */
  'project.finish': nothing,
  /** Opens the comparison with the file on disk. */
  'project.compare': nothing,
  /** What the window shows about its file and its recovery copy has changed. */
  'app.notices': noticesSchema,
  /** Where the crew in the window comes from has changed: another was opened, or a person decided about it. */
  'project.origin': z.object({ origin: originSchema }),
  'project.refused': z.object({ path: z.string().nullable(), problems: z.array(problemSchema) }),
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
 * The bridge, `window.crewlane`: one object, nothing else. What it carries is JSON text, typed on either side of it:
 * Electron copies an object into the page property by property, which takes 0.1 s and more for a crew of 10,000 tasks.
 */
export interface Bridge {
  call(name: CallName, input: string): Promise<string>;
  /** Returns the function that ends it. */
  on(name: PushName, listener: (body: string) => void): () => void;
  /** The path of a file that was dropped on the window. */
  pathOf(file: unknown): string;
}
