import type { Crew } from '../../shared/project/schema.ts';
import type { BatchRow, EffectiveSettings, Estimate, EventOf, Prediction, RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { ModelAccess, ToolTexts } from '../../shared/slot/protocol.ts';
import type { BatchResources } from './batch/share.ts';
import type { ReusedTasks } from './reused-tasks.ts';
import type { Clock } from './run-clock.ts';

/** The file of earlier busy times (JSON), and what tells whether a task is still the same. */
export interface RunHistory {
  file: string;
  /** The canonical text of a task that its fingerprint is made of (its texts, agent, tools, provider, model). */
  canonical(task: string): string;
}

/** Who answers what `human_review` asks: a person, whoever approved everything beforehand, or nobody. */
export type ReviewMode = 'person' | 'approve_all' | 'nobody';

/** What is said to a task that waits for a review. */
export type ReviewAnswer =
  /** Before the task: it may be done, and its agent is told the remark. After it: its result holds. */
  | { answer: 'approved'; remark?: string | undefined }
  /** The person's own text is the result. Before the task: no agent does it. */
  | { answer: 'edited'; text: string; remark?: string | undefined }
  /** After it: another attempt, which is told the remark and uses up no retry. */
  | { answer: 'sent_back'; remark: string };

/** Whether something that a person asked of a run was done; where not, `message` says why, and all is as before. */
export type CommandResult = { ok: true } | { ok: false; message: string };

/** Where results are stored for later runs, and what their keys need. */
export interface CacheAccess {
  folder: string;
  /** The tools as models are told of them, for a workspace. */
  describeTools(names: readonly string[], workspace: string): Promise<ToolTexts>;
}

/** What carrying a run needs from the process that carries it, whether it starts or goes on. */
export interface RunEnvironment {
  /** The valid project. When a run goes on: the `project.crew.json` of its folder. */
  project: Crew;
  /** Where busy times are kept for later estimates; absent: they are not kept. */
  history?: RunHistory;
  /** Absent: nothing is cached, whatever the crew says. */
  cache?: CacheAccess;
  /** Where an agent's model is and how it is asked. Held in memory only; keys are struck out of all that is written. */
  access(agent: string): ModelAccess;
  /** Size of the model's context window in tokens. */
  contextWindow(agent: string): number;
  /** Absent: nobody, and a run that only waits for a review is interrupted. */
  reviewer?: ReviewMode;
  /** Somebody is there who can be asked for a larger budget; otherwise a run that has used up its own is interrupted. */
  attended?: boolean;
  /** What the run is carried by, by name: application, node, … */
  versions: Record<string, string>;
  clock?: Clock;
  /** What it shares with the other rows of its batch; absent: it is a run of its own. */
  share?: BatchResources;
}

/** Everything that a new run is. */
export interface RunRequest extends RunEnvironment {
  /** The run's name; default: a new one. */
  id?: string;
  /** Which row of which batch it is. */
  batch?: BatchRow;
  /** The project as it is kept with the run, `project.crew.json`. */
  projectText: string;
  /** The file it was run from; null for a crew that was never saved. */
  file: string | null;
  /** The run's own folder is made below it. */
  runsFolder: string;
  /** What holds for this run; `workspace` is the real path of an existing folder. */
  settings: EffectiveSettings;
  rehearsal: boolean;
  estimates: Record<string, Estimate>;
  /** As `computeRanks` gives them. */
  ranks: Record<string, number>;
  prediction: Prediction;
  seed: number;
  /** IANA name, and the minutes to add to UTC at the run's start. */
  timeZone: string;
  utcOffsetMin: number;
  /** Values for `{placeholders}`, over the file's own. */
  inputs?: Record<string, string>;
  /** Ends of tasks in an earlier run that this one keeps. */
  kept?: ReusedTasks;
  /** Tasks for which no stored result is taken. */
  bypassCacheFor?: readonly string[];
  /** The clock's reading at `t` = 0: Run was pressed, or the command had read its input. */
  startedAtMonotonicMs: number;
  /** Told of the run's folder as soon as it is made. */
  onFolder?: (dir: string) => void;
}

/** A run to go on with. */
export interface ResumeRequest extends RunEnvironment {
  /** The run's folder. */
  dir: string;
  /** What it may cost in all from now on, in US dollars; absent: as much as before. */
  budgetUsd?: number;
}

export type InterruptReason = EventOf<'run.interrupted'>['reason'];

/** How a process lets go of a run. */
export type RunEnd =
  | { status: 'finished'; outcome: EventOf<'run.finished'>['outcome'] }
  /** It can be resumed. `message` says why, for a person. */
  | { status: 'interrupted'; reason: InterruptReason; message: string };

/** Why a run could not be carried. Nothing was started. */
export interface StartFailure {
  kind: 'run_locked' | 'workspace_locked' | 'journal' | 'disk' | 'finished' | 'budget';
  /** What happened, where, and what to do. */
  message: string;
}

export type StartResult = { ok: true; run: RunHandle } | { ok: false; failure: StartFailure };

/** Streamed text of a running turn. It is not kept, and may be lost. */
export interface TextDelta {
  task: string;
  attempt: number;
  turn: string | null;
  delta: string;
}

/** A run that this process carries. */
export interface RunHandle {
  readonly id: string;
  readonly dir: string;
  readonly project: Crew;
  /** The fold of all events so far, those not yet flushed too; changed in place. */
  readonly state: RunState;
  /**
   * For a person: what had to be repaired when the run was opened, such as a torn last line, and, once it is done, what
   * could not be stored.
   */
  readonly notes: readonly string[];
  /** Events in order, each after its flush. Returns the function that ends it. */
  subscribe(listener: (events: readonly RunEvent[]) => void): () => void;
  onText(listener: (delta: TextDelta) => void): () => void;
  /** What runs comes to its own end, nothing new starts. */
  pause(): void;
  unpause(): void;
  /** Nothing new starts, what runs is cancelled, the outcome is `cancelled`. */
  stop(): void;
  /** Running attempts end and the run can be resumed. */
  interrupt(reason: InterruptReason): void;
  setSlots(count: number): void;
  /** Answers a review that is open. Resolves when the answer is safe, or was refused. */
  answerReview(task: string, answer: ReviewAnswer): Promise<CommandResult>;
  /** The result that waits for an answer after its task was done; null where none does. */
  reviewText(task: string): Promise<string | null>;
  /** Lets the run cost so much in all, in US dollars: more than it has cost. Resolves when that is safe, or was refused. */
  setBudget(usd: number): Promise<CommandResult>;
  /** Run time in whole milliseconds. */
  now(): number;
  /** Resolves when the journal is closed, the locks are given back and no slot process is left. */
  readonly done: Promise<RunEnd>;
}
