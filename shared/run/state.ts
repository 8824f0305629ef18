import type { z } from 'zod';
import type { Crew } from '../crew/schema.ts';
import type {
  heldBySchema,
  interruptReasonSchema,
  limiterSchema,
  runOutcomeSchema,
  runStartedSchema,
} from './events/shapes.ts';
import type { OpenInterval } from './open-interval.ts';
import type { ResourceState, RoomStep } from './resource-state.ts';
import type { Sample, SlotState } from './slot-state.ts';
import type { TaskState } from './task-state.ts';
import type { TurnState } from './turn-state.ts';

/** The files of the crew's knowledge as they were last read. */
export interface KnowledgeState {
  files: readonly { file: string; sha256: string; pieces: number }[];
  leftOut: readonly { file: string; why: string }[];
  pieces: number;
  /** The embedding model; null without one. */
  embeddings: string | null;
  /** Why there are no embeddings, although the crew names a model for them; null otherwise. */
  failure: string | null;
}

/** A server of the crew. */
export interface ServerState {
  name: string;
  status: 'running' | 'exited';
  /** `ms`: how long the start took. `tools`: the number of tools that the server listed. */
  starts: { t: number; ms: number; tools: number }[];
  /** Ends during the run, and starts that failed. `stderr` is the end of its standard error. */
  exits: { t: number; detail: string; stderr: string }[];
}

/**
 * A run: the fold of its events over its crew. `applyEvent` changes the state in place, so that an event costs the same
 * in a run of ten tasks and of ten thousand. To detect changes, compare `seq`.
 */
export interface RunState {
  /** The crew, with the tasks that its tasks expanded to. It is replaced, never changed. */
  crew: Crew;
  /** Sequence number and time of the last event applied; 0 before the first. */
  seq: number;
  t: number;
  started: z.infer<typeof runStartedSchema> | null;
  outcome: z.infer<typeof runOutcomeSchema> | null;
  finishedAt: number | null;
  interrupted: z.infer<typeof interruptReasonSchema> | null;
  /** `batchMs`: the time of the batch, if the run continued as a row of its batch. */
  resumptions: { t: number; wallMs: number; batchMs: number | null }[];
  paused: OpenInterval[];
  /** The budget in US dollars; null without a budget. */
  budgetUsd: number | null;
  /** The budget in tokens; null without one. */
  budgetTokens: number | null;
  /**
   * The intervals in which the budget was used up, until a new budget or the end of the run, with the amounts at their
   * start.
   */
  overBudget: (OpenInterval & {
    spentUsd: number;
    /** Null if the budget in tokens was used up. */
    budgetUsd: number | null;
    tokens: { budget: number; spent: number } | null;
  })[];
  /** The number of slots from each time on. */
  slotCounts: { t: number; slots: number }[];
  slots: Map<number, SlotState>;
  /** The servers of the crew that were started, by name. */
  servers: Map<string, ServerState>;
  /** The files of the crew's knowledge; null before they are used. */
  knowledge: KnowledgeState | null;
  /** In the order of `crew`; the manager's assignment, if it exists, is last. */
  tasks: Map<string, TaskState>;
  /** All turns in the order in which they started. */
  turns: TurnState[];
  running: Set<TurnState>;
  resources: Map<string, ResourceState>;
  /** In a batch: the free units over all rows, as reported to this row, by pool or limited agent. */
  rooms: Map<string, RoomStep[]>;
  limits: z.infer<typeof limiterSchema>[];
  /** The intervals in which an agent was throttled. */
  held: (OpenInterval & { agent: string; by: z.infer<typeof heldBySchema> })[];
  samples: Sample[];
}
