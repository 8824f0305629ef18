import { z } from 'zod';
import {
  type LlmAnswer,
  type LlmRequest,
  llmAnswerSchema,
  type RecordedCall,
} from '../../shared/recording/recording.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { Message } from '../../shared/slot/message.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import { recordingKey } from '../base/recording-key.ts';
import type { Usage } from '../models/answer.ts';
import type { ChatResult } from '../models/client.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { withoutImageData } from './image-data.ts';

type Conversation = Pick<AgentLoopInput, 'turn' | 'agent' | 'delegation' | 'port'>;

/** The result of a call; `unknown`: the recording that is replayed does not contain the call. */
export type RecordedChat = ChatResult | { status: 'unknown'; failure: Failure };

/** Makes a model call, or returns its recorded answer in a replay. @param onText receives the text of the answer */
export async function recordedChat(
  given: Conversation,
  messages: readonly Message[],
  onText: (text: string) => void,
  call: () => Promise<ChatResult>,
): Promise<RecordedChat> {
  if (given.turn.recording !== 'replay') return call();
  const { port, turn, agent } = given;
  const start = performance.now();
  const found = await port.ask({
    kind: 'recording.find',
    of: 'llm',
    sha256: recordingKey(requestOf(given, messages)),
    call: `a model call of ${agent.name} for task "${turn.key.task}"`,
  });
  if (!found.ok) return { status: 'unknown', failure: found.failure ?? { kind: 'recording', message: found.text } };
  const answer = llmAnswerSchema.parse(JSON.parse(found.text));
  const result = resultOf(answer, Math.round(performance.now() - start));
  if (result.status === 'answered' && result.message.content !== null) onText(result.message.content);
  return result;
}

/** Returns what a slot reports for the recording of a run; nothing in a run that is not recorded. */
export function reportedRecording(
  given: Conversation,
  messages: readonly Message[],
  result: ChatResult,
): Pick<Extract<SlotEvent, { type: 'llm.call' }>, 'recorded'> {
  if (given.turn.recording !== 'record') return {};
  const recorded: RecordedCall = { request: requestOf(given, messages), answer: answerOf(result) };
  return { recorded: z.json().parse(recorded) };
}

function requestOf({ turn: { key }, agent, delegation }: Conversation, messages: readonly Message[]): LlmRequest {
  const { task, turn } = key;
  const delegated = delegation !== undefined;
  return { task, turn, delegated, agent: agent.name, messages: messages.map(withoutImageData) };
}

/** A cancelled call has no answer. */
function answerOf(result: ChatResult): LlmAnswer | null {
  if (result.status === 'cancelled') return null;
  const { firstTokenMs: first_token_ms, finish, adjusted, leftOut: left_out, protocol } = result;
  const ofCall = { first_token_ms, finish, adjusted, left_out, protocol };
  if (result.status === 'answered') {
    const { message, usage, isCutAtLength: cut_at_length } = result;
    return { status: 'answered', message, usage: usageToRecord(usage), cut_at_length, ...ofCall };
  }
  const { failure, message, usage } = result;
  return {
    status: 'failed',
    failure,
    ...(message === undefined ? {} : { message }),
    ...(usage === undefined ? {} : { usage: usageToRecord(usage) }),
    ...ofCall,
  };
}

function resultOf(answer: LlmAnswer, ms: number): ChatResult {
  const { first_token_ms, finish, adjusted, left_out: leftOut, protocol } = answer;
  const ofCall = {
    ms,
    firstTokenMs: first_token_ms === null ? null : Math.min(first_token_ms, ms),
    finish,
    adjusted,
    leftOut,
    protocol,
  };
  if (answer.status === 'answered') {
    const { message, usage, cut_at_length: isCutAtLength } = answer;
    return { status: 'answered', message, usage: usageOf(usage), isCutAtLength, ...ofCall };
  }
  const { failure, message, usage } = answer;
  return {
    status: 'failed',
    failure,
    ...(message === undefined ? {} : { message }),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
    ...ofCall,
  };
}

type RecordedUsage = Extract<LlmAnswer, { status: 'answered' }>['usage'];

function usageToRecord(usage: Usage): RecordedUsage {
  const { promptTokens, cachedTokens, completionTokens, thoughtTokens, costUsd, estimated } = usage;
  return {
    prompt_tokens: promptTokens,
    cached_tokens: cachedTokens,
    completion_tokens: completionTokens,
    thought_tokens: thoughtTokens,
    cost_usd: costUsd,
    estimated,
  };
}

function usageOf(recorded: RecordedUsage): Usage {
  const { prompt_tokens, cached_tokens, completion_tokens, thought_tokens, cost_usd, estimated } = recorded;
  return {
    promptTokens: prompt_tokens,
    cachedTokens: cached_tokens,
    completionTokens: completion_tokens,
    thoughtTokens: thought_tokens,
    costUsd: cost_usd,
    estimated,
  };
}
