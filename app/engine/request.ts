import type {
  CommandResult,
  InterruptReason,
  PersonAnswer,
  ReviewAnswer,
  ReviewMode,
  RunEnd,
} from '../../shared/control/base/command.ts';
import type { ReusedTasks } from '../../shared/control/reused-tasks.ts';
import type { Databases } from '../../shared/crew/databases.ts';
import type { Values } from '../../shared/crew/placeholders.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Guidance } from '../../shared/crew/training.ts';
import type { Evaluator } from '../../shared/expressions/evaluate-expression.ts';
import type { BatchRow, EffectiveSettings, Estimate, Prediction, RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { ToolTexts } from '../../shared/slot/turn-submission.ts';
import type { MainTools, ServerReport } from '../base/main-tools.ts';
import type { NamedFiles } from '../base/named-files.ts';
import type { BatchResources } from './batch/share.ts';
import type { RunRecording } from './recording/run-recording.ts';
import type { Clock } from './run-clock.ts';

export type { CommandResult, InterruptReason, PersonAnswer, ReviewAnswer, ReviewMode, RunEnd };

/** The file of earlier busy times (JSON), and the fingerprint texts that identify tasks. */
export interface RunHistory {
  file: string;
  /** The canonical text of a task that its fingerprint is made of (its texts, agent, tools, provider, model). */
  canonical(task: string): string;
}

/** The cache for later runs, and the data that its keys need. */
export interface CacheAccess {
  folder: string;
  /** Returns the tool descriptions for a workspace, as models receive them. */
  describeTools(names: readonly string[], workspace: string, databases?: Databases): Promise<ToolTexts>;
}

/** The environment that a process provides to a new or resumed run. */
export interface RunEnvironment {
  /** The real path of the workspace, an existing folder. It is not journaled. */
  workspace: string;
  /** The valid crew. For a resumed run: the `project.crew.json` of its folder. */
  crew: Crew;
  /**
   * The files that the crew names: the scripts of its tools, and its training file. A run stores copies of them; absent:
   * there are none.
   */
  namedFiles?: NamedFiles;
  /** Guidance for tasks, in addition to that of the training file. */
  guidance?: Guidance;
  /** Where busy times are stored for later estimates; absent: they are not stored. */
  history?: RunHistory;
  /** Absent: the cache is disabled, whatever the crew file sets. */
  cache?: CacheAccess;
  /** Returns a hash of the files that these agents know; null if they know none. Absent: the crew has no knowledge. */
  knowledgeHash?(agents: readonly string[]): Promise<string | null>;
  /**
   * Opens the tools that run in the process of the engine; absent: there are none. `redact` replaces known keys and
   * tokens in a text that a tool stores.
   */
  openTools?(report: ServerReport, workspace: string, redact: (text: string) => string): MainTools;
  /** The keys that tools of the crew use. They are redacted from everything that is written. */
  toolKeys?: readonly string[];
  /** Returns how to call an agent's model. Kept in memory only; keys are redacted from everything that is written. */
  access(agent: string, fallback?: number): ModelAccess;
  /** Returns the number of models that answer in place of an agent's model; absent: none. */
  fallbacks?(agent: string): number;
  /** Returns the size of the model's context window in tokens. */
  contextWindow(agent: string): number;
  /** Absent: nobody is available, and a run that waits only for a review is interrupted. */
  reviewer?: ReviewMode;
  /** Whether a person can raise the budget. Otherwise a run that has used up its budget is interrupted. */
  attended?: boolean;
  /** The versions of the software that executes the run, by name: application, node, … */
  versions: Record<string, string>;
  /** Evaluates the conditions of tasks. */
  evaluator: Evaluator;
  /** Records the run, or replays a recording; absent: neither. */
  recording?: RunRecording;
  clock?: Clock;
  /** The resources shared with the other rows of the batch; absent for a single run. */
  share?: BatchResources;
}

/** The request for a new run. */
export interface RunRequest extends RunEnvironment {
  /** The run's name; default: a new one. */
  id?: string;
  /** The batch and row that the run belongs to. */
  batch?: BatchRow;
  /** The crew file that is stored with the run, `project.crew.json`. */
  crewText: string;
  /** The crew file that was run; null for a crew that was never saved. */
  file: string | null;
  /** The folder in which the run's folder is created. */
  runsFolder: string;
  /** The settings of this run. */
  settings: Omit<EffectiveSettings, 'workspace'>;
  rehearsal: boolean;
  estimates: Record<string, Estimate>;
  /** The ranks that `computeRanks` returns. */
  ranks: Record<string, number>;
  prediction: Prediction;
  seed: number;
  /** The time zone's IANA name, and the minutes to add to UTC at the start of the run. */
  timeZone: string;
  utcOffsetMin: number;
  /** Values for `{placeholders}`, which override those of the crew file. */
  inputs?: Values;
  /** The ends of reused tasks. */
  kept?: ReusedTasks;
  /** Tasks that must not use a cached result. */
  bypassCacheFor?: readonly string[];
  /** The monotonic clock at `t` = 0, in ms: when Run was pressed, or the command had read its input. */
  startedAtMonotonicMs: number;
  /** Called with the run's folder as soon as it is created. */
  onFolder?: (dir: string) => void;
}

/** The request to resume a run. */
export interface ResumeRequest extends RunEnvironment {
  /** The run's folder. */
  dir: string;
  /** The new total budget in US dollars; absent: unchanged. */
  budgetUsd?: number;
  /** The new total budget in tokens; absent: unchanged. */
  budgetTokens?: number;
}

/** Why a run could not start. Nothing was started. */
export interface StartFailure {
  kind: 'run_locked' | 'workspace_locked' | 'journal' | 'disk' | 'finished' | 'budget';
  /** What happened, where, and what to do. */
  message: string;
}

export type StartResult = { ok: true; run: RunHandle } | { ok: false; failure: StartFailure };

/** Streamed text of a running turn. It is not stored and may be lost. */
export interface TextDelta {
  task: string;
  attempt: number;
  turn: string | null;
  delta: string;
}

/** A run that this process owns. */
export interface RunHandle {
  readonly id: string;
  readonly dir: string;
  readonly crew: Crew;
  /** The fold of all events so far, including those not yet flushed. It is changed in place. */
  readonly state: RunState;
  /**
   * Notes for a person: repairs when the run was opened, such as an incomplete last line, and, after the run, data that
   * could not be stored.
   */
  readonly notes: readonly string[];
  /** Subscribes to events, in order, each after its flush. Returns the function that unsubscribes. */
  subscribe(listener: (events: readonly RunEvent[]) => void): () => void;
  onText(listener: (delta: TextDelta) => void): () => void;
  /** Starts no more turns. Running turns finish. */
  pause(): void;
  unpause(): void;
  /** Starts no more turns and cancels running ones. The outcome is `cancelled`. */
  stop(): void;
  /** Ends running attempts. The run can be resumed. */
  interrupt(reason: InterruptReason): void;
  setSlots(count: number): void;
  /** Answers an open review. Resolves when the answer has been flushed or refused. */
  answerReview(task: string, answer: ReviewAnswer): Promise<CommandResult>;
  /** Answers an open question of a running turn. Resolves when the answer has been flushed or refused. */
  answerQuestion(task: string, id: string, answer: PersonAnswer): Promise<CommandResult>;
  /** Returns the result of a task that waits for review; null if there is none. */
  reviewText(task: string): Promise<string | null>;
  /** Sets the total budget in US dollars, above the cost so far. Resolves when it has been flushed or refused. */
  setBudget(usd: number): Promise<CommandResult>;
  /** The same for the total budget in tokens, above the tokens used so far. */
  setTokenBudget(tokens: number): Promise<CommandResult>;
  /** Run time in whole milliseconds. */
  now(): number;
  /** Resolves when the journal is closed, the locks are released and all slot processes have exited. */
  readonly done: Promise<RunEnd>;
}
