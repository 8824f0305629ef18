import type { Message, ToolMessage } from '../../shared/slot/message.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import { sha256OfParts } from '../base/hash.ts';
import { hideFolder } from '../base/hide-folder.ts';
import { messageOf } from '../base/system-error.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { callApproved } from './approval.ts';
import { type Call, parseCallArguments, signatureOf } from './call-signature.ts';
import { isRepeatedCall, repeatedText } from './repeated-calls.ts';
import { replayTool } from './replayed-tool.ts';
import type { CalledTool } from './toolbox.ts';

/**
 * Executes one tool call and reports it.
 * @returns the message with the answer for the model (an invalid call is answered with the correct form), or the outcome of the attempt
 */
export async function callTool(
  given: AgentLoopInput,
  call: Call,
  messages: readonly Message[],
): Promise<ToolMessage | SlotOutcome> {
  const start = performance.now();
  const result = await perform(given, call, messages);
  return result.ended ?? report(given, call, result, Math.round(performance.now() - start));
}

/** Reports a tool call that is not carried out. @returns the message with the reason for the model */
export function refuseTool(given: AgentLoopInput, call: Call, reason: string): ToolMessage {
  return report(given, call, wrong(reason), 0);
}

/** Reports the answer of a tool call, after `ms` milliseconds. */
export function reportCall(
  { port, agent, delegation }: Pick<AgentLoopInput, 'port' | 'agent' | 'delegation'>,
  call: Call,
  result: CalledTool,
  ms: number,
): void {
  const images = result.images?.length ? { images: [...result.images] } : {};
  if (result.remembered !== undefined) port.event({ type: 'memory.stored', agent: agent.name, ...result.remembered });
  if (result.passages?.length)
    port.event({ type: 'knowledge.used', agent: agent.name, by: 'tool', passages: [...result.passages] });
  port.event({
    type: 'tool.call',
    agent: agent.name,
    call_id: call.id,
    name: call.function.name,
    arguments: call.function.arguments,
    answer: result.text,
    ...images,
    ms,
    ok: result.ok,
    ...(result.rehearsed ? { rehearsed: true as const } : {}),
    ...(result.repeated ? { repeated: true as const } : {}),
    ...(result.approved === undefined ? {} : { approved: result.approved }),
    ...(result.measured ? { measured: result.measured } : {}),
    ...(delegation === undefined ? {} : { delegation }),
    ...(result.waitedMs === undefined ? {} : { waited_ms: result.waitedMs }),
  });
}

function report(given: AgentLoopInput, call: Call, result: CalledTool, ms: number): ToolMessage {
  reportCall(given, call, result, ms);
  const images = result.images?.length ? { images: [...result.images] } : {};
  return { role: 'tool', tool_call_id: call.id, content: result.text, ...images };
}

async function perform(given: AgentLoopInput, call: Call, messages: readonly Message[]): Promise<CalledTool> {
  const { turn, port, tools, delegation } = given;
  const { name } = call.function;
  const tool = tools.find(({ description }) => description.name === name);
  const isReadOnly = (other: string) => tools.some((one) => one.description.name === other && one.isReadOnly === true);
  if (!tool?.answerChanges && isRepeatedCall(call, messages, isReadOnly))
    return { ...wrong(repeatedText(name)), repeated: true };
  if (!tool)
    return wrong(
      `There is no tool "${name}". You have: ${tools.map(({ description }) => description.name).join(', ') || 'none'}.`,
    );
  const args = parseCallArguments(call.function.arguments);
  if (args === undefined) return wrong(`The arguments of ${name} are not JSON.`);
  try {
    const key = idempotencyKey(turn.key, delegation, call, messages);
    const isRepeated = isEarlier(turn, delegation, call);
    const make = (approved: unknown) => tool.call(approved, key, isRepeated);
    if (turn.recording === 'replay') return await replayTool(given, { call, tool, args, key }, make);
    return withNote(await callApproved(given, { name, args, key }, make));
  } catch (error) {
    port.signal.throwIfAborted();
    return wrong(`${name} failed: ${hideFolder(messageOf(error), port.provided.workspace)}`);
  }
}

function withNote({ note, ...result }: CalledTool): CalledTool {
  return note === undefined ? result : { ...result, text: `${result.text}\n\n(${note})` };
}

function wrong(text: string): CalledTool {
  return { ok: false, text };
}

/** Whether an earlier attempt received this call from the model. */
function isEarlier(
  { transcript, nested_conversations }: AgentLoopInput['turn'],
  delegation: string | undefined,
  call: Call,
): boolean {
  const earlier = delegation === undefined ? transcript : (nested_conversations[delegation] ?? []);
  return earlier.some((message) => message.role === 'assistant' && message.tool_calls?.includes(call));
}

/**
 * Returns the same key for the same call in every attempt and resume: a hash of run, task, tool, canonical arguments,
 * and the ordinal of the call among identical calls. Each turn of a consensual task and each delegation counts
 * separately.
 */
function idempotencyKey(
  { run, task, turn }: TurnKey,
  delegation: string | undefined,
  call: Call,
  messages: readonly Message[],
): string {
  const same = signatureOf(call);
  const inside = [...(turn === null ? [] : [turn]), ...(delegation === undefined ? [] : [delegation])];
  let count = 0;
  for (const message of messages) {
    for (const earlier of message.role === 'assistant' ? (message.tool_calls ?? []) : []) {
      if (earlier === call) return sha256OfParts([run, task, same, count, ...inside]);
      if (signatureOf(earlier) === same) count += 1;
    }
  }
  return sha256OfParts([run, task, same, count, ...inside]);
}
