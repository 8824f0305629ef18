import type { Failure } from '../../shared/run/error-kind.ts';
import type { LastAnswer } from '../../shared/run/events.ts';
import { keyName, type ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import { countImages, estimatedTokens } from '../../shared/slot/tokens.ts';
import type { Usage } from '../models/answer.ts';
import type { ChatResult } from '../models/client.ts';
import { costOf, isCostAtMost } from '../models/prices.ts';
import type { ToolDescription } from '../models/tool-description.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { withoutImageData } from './image-data.ts';
import { answerTestOf } from './output-schema.ts';
import { recordedChat, reportedRecording } from './recorded-chat.ts';
import { uncountedTokens } from './uncounted-tokens.ts';

export type CallOutcome =
  | { status: 'answered'; message: AssistantMessage }
  | { status: 'error'; failure: Failure }
  | { status: 'cancelled' };

/** One model call of a conversation. */
export interface ModelCall {
  /** The messages to send. */
  messages: readonly Message[];
  /** The number of messages that an earlier call has reported. */
  reported: number;
  /** Characters that were left out of `messages`. */
  removed: number;
  /** Why the call offers no tools, so that the model must answer; null if it offers tools. */
  last: LastAnswer | null;
  /** Whether the same call was refused just before. */
  isRepeated: boolean;
}

/**
 * Makes one model call after the engine permits it, since the engine limits the calls of all slots together. Reports
 * the outcome as an event, whether the call succeeds or fails.
 */
export async function askModel(given: AgentLoopInput, call: ModelCall): Promise<CallOutcome> {
  const { messages, reported, last, isRepeated } = call;
  const { port, agent, tools, delegation } = given;
  const access = accessOf(given);
  if (access.base_url === '')
    return { status: 'error', failure: { kind: 'network', message: `Agent ${agent.name} has no base URL.` } };
  const isFirst = delegation === undefined && reported === 0 && !isRepeated;
  const offered = last === null ? tools.map((tool) => tool.description) : [];
  const needsNone = (isFirst && given.turn.permit !== undefined) || given.turn.recording === 'replay';
  const permission = needsNone ? null : await askForPermit(given, messages, offered);
  if (permission && !permission.ok)
    return { status: 'error', failure: permission.failure ?? { kind: 'quota', message: permission.text } };
  const permit = permission?.text ?? given.turn.permit ?? '';
  // Streamed text belongs to the answer of the task; the text of a coworker is not shown.
  const onText = delegation === undefined ? port.text : () => undefined;
  const answered = await recordedChat(given, messages, onText, () =>
    port.models.chat({
      access,
      messages,
      tools: offered,
      ...answerTestOf(given),
      signal: port.signal,
      onText,
    }),
  );
  if (answered.status === 'unknown') return { status: 'error', failure: answered.failure };
  const result = last === null ? answered : withoutCalls(answered);
  reportCall(given, permit, call, result, answered);
  switch (result.status) {
    case 'answered':
      return { status: 'answered', message: result.message };
    case 'failed':
      return { status: 'error', failure: result.failure };
    case 'cancelled':
      return { status: 'cancelled' };
  }
}

/** Returns an agent's model with the key that the slot was provided for it. */
function accessOf({ agent, port, fallback = 0 }: AgentLoopInput): ModelAccess {
  return { ...agent.model, api_key: port.provided.keys[keyName(agent.name, fallback)] ?? null };
}

/**
 * Waits for the permit of a call, which the engine withdraws if the turn ends first. Not ok: the provider refuses
 * further calls of the account, and the text gives the reason.
 */
async function askForPermit(
  { port, agent, fallback = 0 }: AgentLoopInput,
  messages: readonly Message[],
  tools: readonly ToolDescription[],
): Promise<SlotAnswer> {
  const { provider, base_url, max_tokens } = agent.model;
  const tokens = estimatedTokens(messages, tools) + (max_tokens ?? 0);
  const { origin } = new URL(base_url);
  return port.ask({
    kind: 'limiter.acquire',
    agent: agent.name,
    provider,
    origin,
    tokens,
    ...(fallback > 0 ? { fallback } : {}),
    ...(fallback < (agent.fallbacks?.length ?? 0) ? { can_fall_back: true as const } : {}),
  });
}

function reportCall(
  given: AgentLoopInput,
  permit: string,
  { messages, reported, removed, last }: ModelCall,
  result: ChatResult,
  /** The result as the model client returned it, which a recording contains. */
  original: ChatResult,
): void {
  const { port, agent, tools, delegation, fallback = 0 } = given;
  const answered = result.status === 'answered';
  const { promptTokens, cachedTokens, completionTokens, thoughtTokens, costUsd, estimated } = usageOf(result);
  const { price } = agent.model;
  const isUsed = promptTokens + completionTokens > 0;
  const cost = costUsd ?? (isUsed ? costOf(price, promptTokens, completionTokens, cachedTokens) : 0);
  const renamed = result.adjusted.filter((note) => !result.leftOut.some((name) => note === `${name} was left out`));
  port.limits.count({ isAnswered: answered, tokens: promptTokens + completionTokens });
  const uncounted = answered && !estimated ? uncountedTokens(messages, promptTokens) : null;
  port.event({
    type: 'llm.call',
    agent: agent.name,
    model: agent.model.model,
    provider: agent.model.provider,
    ...(fallback > 0 ? { fallback } : {}),
    ms: result.ms,
    first_token_ms: result.firstTokenMs,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    ...(estimated ? { tokens_estimated: true as const } : {}),
    ...(cachedTokens > 0 ? { cached_tokens: cachedTokens } : {}),
    ...(thoughtTokens > 0 ? { thought_tokens: thoughtTokens } : {}),
    cost_usd: cost,
    ...(isUsed && cost !== null ? { cost_from: costUsd === null ? ('prices' as const) : ('provider' as const) } : {}),
    ...(costUsd === null && isCostAtMost(price, cachedTokens) ? { cost_at_most: true as const } : {}),
    prompt: messages.slice(reported).map(withoutImageData),
    ...(countImages(messages) > 0 ? { images: countImages(messages) } : {}),
    message: result.status === 'cancelled' ? null : (result.message ?? null),
    ...(delegation === undefined ? {} : { delegation }),
    ...(answered ? {} : { error: result.status === 'failed' ? result.failure : CANCELLED }),
    ...(answered && result.isCutAtLength ? { cut_at_length: true as const } : {}),
    ...(result.finish === null ? {} : { finish: result.finish }),
    ...(result.leftOut.length > 0 ? { left_out: result.leftOut } : {}),
    ...(renamed.length > 0 ? { adjusted: renamed } : {}),
    ...(last === null ? {} : { final: last }),
    ...(result.protocol === 'text' && tools.length > 0 ? { protocol: 'text' as const } : {}),
    ...(removed > 0 ? { shortened: removed } : {}),
    ...(uncounted === null ? {} : { uncounted_tokens: uncounted }),
    permit,
    ...reportedRecording(given, messages, original),
  });
}

/** Removes tool calls that were not offered from an answer with text. Some servers add such calls. */
function withoutCalls(result: ChatResult): ChatResult {
  if (result.status !== 'answered' || (result.message.content ?? '').trim() === '') return result;
  const { tool_calls: _, ...message } = result.message;
  return { ...result, message };
}

/** Returns the usage of a call. A failed call costs too if the provider counted it. */
function usageOf(result: ChatResult): Usage {
  return (result.status === 'cancelled' ? null : result.usage) ?? NOTHING;
}

const CANCELLED: Failure = { kind: 'cancelled', message: 'The call was cancelled before its answer was complete.' };
const NOTHING: Usage = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  thoughtTokens: 0,
  costUsd: null,
  estimated: false,
};
