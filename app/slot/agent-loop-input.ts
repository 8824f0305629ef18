import type { Message, TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';
import type { AnswerCheck } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

/** What an agent answers in a turn: what it is told, what it may call, what its answer must meet. */
export interface AgentLoopInput {
  turn: TurnSubmission;
  port: TurnPort;
  agent: TurnAgent;
  prompt: string;
  /** Answered calls of earlier attempts. */
  transcript: readonly Message[];
  tools: readonly SlotTool[];
  /** What its answer must meet. */
  checks: readonly AnswerCheck[];
  /** The id of the delegation that this is inside of. */
  delegation?: string;
}
