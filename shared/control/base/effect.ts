import type { Task } from '../../crew/schema.ts';
import type { Condition, Filter } from '../../expressions/evaluate-expression.ts';
import type { SharedDemand } from '../../scheduler/scheduler.ts';
import type { MainToolCall, SlotAnswer, SlotRequest } from '../../slot/slot-request.ts';
import type { TurnKey } from '../../slot/turn-key.ts';
import type { TurnSubmission } from '../../slot/turn-submission.ts';
import type { CachedResult } from './cached-result.ts';
import type { CommandResult } from './command.ts';
import type { Union } from './machine.ts';
import type { TurnPlan } from './plan.ts';

/** Identifies a result written to an `output_file`: of a turn, of a consensual task, or of a human review. */
export type WriteId = Union<{ turn: { key: TurnKey }; task: { task: string }; review: { task: string } }>;

/** An action outside the controller of a run. The inputs in parentheses report its result. */
export type Effect = Union<{
  resizeSlots: { count: number }; // (slot.started, slot.exited)
  submitTurn: { slot: number; submission: TurnSubmission }; // (turn.event, turn.request, turn.ended)
  cancelTurn: { key: TurnKey; graceMs: number }; // (turn.ended)
  killSlot: { slot: number; reason: 'memory' | 'timeout' }; // (slot.exited)
  /** Finds the tools of servers, which it starts. */
  findTools: { key: TurnKey; id: string; names: readonly string[] }; // (tools.answered)
  /** Calls a tool that runs in the process of the engine. */
  callTool: { key: TurnKey; id: string; call: MainToolCall }; // (tools.answered)
  /** Finds the recorded answer to a model or tool call. */
  findRecorded: { key: TurnKey; id: string; request: Extract<SlotRequest, { kind: 'recording.find' }> }; // (tools.answered)
  /** The turn no longer waits for this request to find or call tools, or to find a recorded answer. */
  cancelTools: { key: TurnKey; id: string };
  /** `afterFlush`: the slot gets the answer only after it is in the journal. */
  answerRequest: { key: TurnKey; id: string; answer: SlotAnswer; afterFlush?: boolean };
  /** Performed after the events so far are flushed. `fenced`: immediately, because the outcome is not accepted. */
  acknowledge: { key: TurnKey; events: number; outcome: boolean; fenced: boolean };
  writeFile: { id: WriteId; file: string; text: string }; // (file.written)
  /** `turns`: the turns with which the task's first attempt starts. */
  lookUpCache: { task: Task; turns: readonly TurnPlan[] }; // (cache.lookedUp)
  /** `of`: the key of the task that contains the expression. */
  evaluate: { task: string; of: 'when' | 'until'; condition: Condition }; // (condition.evaluated)
  /** Evaluates `for_each.where` of a task. */
  filterItems: { task: string; filter: Filter }; // (items.filtered)
  /** Performed after the events so far are flushed. */
  storeResult: { key: string; result: CachedResult };
  /** Reports to the other rows of the batch which slots the row uses, and what it demands. */
  shareDemand: { slots: ReadonlySet<number>; demand: SharedDemand }; // (slot.granted, lease.granted, pool.room)
  /** Answers a command: a success after the events so far are flushed, a refusal immediately. */
  reply: { command: number; result: CommandResult };
  /** Closes the journal and the slots of the run. */
  close: object;
}>;
