import type { Image } from '../../shared/slot/image.ts';
import type { Message } from '../../shared/slot/message.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

/** What a judge decides: the reason in the event of its conversation. */
type NestedJudges = Extract<SlotEvent, { type: 'delegation.started' }>['judges'];

/** The input of an agent's conversation in a turn: its messages, its tools, and the checks for its answer. */
export interface AgentLoopInput {
  turn: TurnSubmission;
  port: TurnPort;
  agent: TurnAgent;
  prompt: string;
  /** Images that the model receives with the prompt. */
  images?: readonly Image[];
  /** Answered calls of earlier attempts. */
  transcript: readonly Message[];
  tools: readonly SlotTool[];
  /** The checks that the answer must pass. */
  checks: readonly AnswerCheck[];
  /** The id of the delegation that contains this conversation. */
  delegation?: string;
  /** The fallback of the agent's model that `agent.model` is; absent: the model itself. */
  fallback?: number;
  /** Why the conversation judges the answer of the turn; absent for any other. */
  judges?: NestedJudges;
}
