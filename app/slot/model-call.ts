import type { Failure } from '../../shared/run/error-kind.ts';
import type { AssistantMessage, Message } from '../../shared/slot/protocol.ts';
import { type ChatResult, chat, type Usage } from '../models/client.ts';
import { costOf } from '../models/prices.ts';
import type { Conversing } from './converse.ts';

const CHARACTERS_PER_TOKEN = 4;

type Asked =
  | { status: 'answered'; message: AssistantMessage }
  | { status: 'error'; failure: Failure }
  | { status: 'cancelled' };

/**
 * One model call, with the engine's leave: it limits the calls of all slots together. What came of it is told as an event
 * either way. @param fresh the messages that earlier calls have not told of
 */
export async function askModel(
  given: Conversing,
  messages: readonly Message[],
  fresh: readonly Message[],
): Promise<Asked> {
  const { port, agent, tools, delegation } = given;
  const { model: access } = agent;
  if (access.base_url === '')
    return { status: 'error', failure: { kind: 'network', message: `Agent ${agent.name} has no base URL.` } };
  const release = await takePermit(given, messages);
  // Streamed text is the task's own answer; a co-worker's is not shown.
  const onText = delegation === undefined ? port.text : () => undefined;
  const result = await chat({
    access,
    messages,
    tools: tools.map((tool) => tool.description),
    signal: port.signal,
    onText,
  });
  release(result);
  if (result.status === 'cancelled') return { status: 'cancelled' };
  tellOf(given, fresh, result);
  return result.status === 'answered'
    ? { status: 'answered', message: result.message }
    : { status: 'error', failure: result.failure };
}

async function takePermit(
  { port, agent }: Conversing,
  messages: readonly Message[],
): Promise<(result: ChatResult) => void> {
  const { provider, base_url, max_tokens } = agent.model;
  const tokens = Math.ceil(JSON.stringify(messages).length / CHARACTERS_PER_TOKEN) + (max_tokens ?? 0);
  const { text: permit } = await port.ask({
    kind: 'limiter.acquire',
    provider,
    origin: new URL(base_url).origin,
    tokens,
  });
  return (result) => {
    const { promptTokens, completionTokens } = usageOf(result);
    const used = promptTokens + completionTokens;
    const limited = result.status === 'failed' && result.failure.kind === 'rate_limit';
    const refused = limited ? { refused: { retry_after_ms: result.failure.retry_after_ms ?? null } } : {};
    // Nobody waits for the answer; when the turn is cancelled the engine takes the permit back by itself.
    const answered = result.status === 'answered';
    port.ask({ kind: 'limiter.release', permit, tokens: used, answered, ...refused }).catch(() => undefined);
  };
}

function tellOf(
  { port, agent, delegation }: Conversing,
  fresh: readonly Message[],
  result: Exclude<ChatResult, { status: 'cancelled' }>,
): void {
  const answered = result.status === 'answered';
  const { promptTokens, completionTokens, estimated } = usageOf(result);
  port.event({
    type: 'llm.call',
    agent: agent.name,
    model: agent.model.model,
    ms: result.ms,
    first_token_ms: result.firstTokenMs,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    ...(estimated ? { tokens_estimated: true as const } : {}),
    cost_usd: promptTokens + completionTokens > 0 ? costOf(agent.model.price, promptTokens, completionTokens) : 0,
    prompt: [...fresh],
    message: answered ? result.message : null,
    ...(delegation === undefined ? {} : { delegation }),
    ...(answered ? {} : { error: result.failure }),
  });
}

/** What a call used; a failed one is paid for too where the provider counted it. */
function usageOf(result: ChatResult): Usage {
  return (result.status === 'cancelled' ? null : result.usage) ?? NOTHING;
}

const NOTHING: Usage = { promptTokens: 0, completionTokens: 0, estimated: false };
