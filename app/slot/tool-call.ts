import { createHash } from 'node:crypto';
import { parseJson } from '../../shared/parse-json.ts';
import type { AssistantMessage, Message, SlotOutcome, TurnKey } from '../../shared/slot/protocol.ts';
import type { Conversing } from './conversing.ts';
import type { CalledTool } from './toolbox.ts';

type Call = NonNullable<AssistantMessage['tool_calls']>[number];

/**
 * Carries out one tool call and tells of it. @returns what the model reads (a wrong call is answered with what is right),
 * or the outcome with which the attempt has to end
 */
export async function callTool(
  given: Conversing,
  call: Call,
  messages: readonly Message[],
): Promise<string | SlotOutcome> {
  const start = performance.now();
  const result = await perform(given, call, messages);
  return result.ended ?? report(given, call, result, Math.round(performance.now() - start));
}

/** Reports a tool call that is not carried out. @returns what the model reads: the reason */
export function refuseTool(given: Conversing, call: Call, reason: string): string {
  return report(given, call, wrong(reason), 0);
}

function report({ port, agent, delegation }: Conversing, call: Call, result: CalledTool, ms: number): string {
  port.event({
    type: 'tool.call',
    agent: agent.name,
    call_id: call.id,
    name: call.function.name,
    arguments: call.function.arguments,
    answer: result.text,
    ms,
    ok: result.ok,
    ...(result.rehearsed ? { rehearsed: true as const } : {}),
    ...(result.measured ? { measured: result.measured } : {}),
    ...(delegation === undefined ? {} : { delegation }),
    ...(result.waitedMs === undefined ? {} : { waited_ms: result.waitedMs }),
  });
  return result.text;
}

async function perform(
  { turn, port, tools, delegation }: Conversing,
  call: Call,
  messages: readonly Message[],
): Promise<CalledTool> {
  const { name } = call.function;
  const tool = tools.find(({ description }) => description.name === name);
  if (!tool)
    return wrong(
      `There is no tool "${name}". You have: ${tools.map(({ description }) => description.name).join(', ') || 'none'}.`,
    );
  if (isRepeated(call, messages)) return wrong(repeatedText(name));
  const args = parse(call.function.arguments);
  if (args === undefined) return wrong(`The arguments of ${name} are not JSON.`);
  try {
    return await tool.call(args, idempotencyKey(turn.key, delegation, call, messages));
  } catch (error) {
    port.signal.throwIfAborted();
    return wrong(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Tools whose answer may change without a call in between. */
const CHANGING: ReadonlySet<string> = new Set(['shared_resource_pool', 'performance_monitor']);

function repeatedText(name: string): string {
  return `You have called ${name} with these arguments twice in a row and got the same answer. It was not called again. Use that answer, call it with other arguments, or give your final answer.`;
}

/** Whether the last two calls were the same as this one, and had the same answer. */
function isRepeated(call: Call, messages: readonly Message[]): boolean {
  if (CHANGING.has(call.function.name)) return false;
  const last = answeredCalls(messages).slice(-2);
  const [first, second] = last;
  if (first === undefined || second === undefined) return false;
  const isSame = last.every((earlier) => signature(earlier.call) === signature(call));
  return isSame && (first.answer === second.answer || second.answer === repeatedText(call.function.name));
}

interface AnsweredCall {
  call: Call;
  answer: string;
}

/** The calls of a conversation that were answered, in order. Some servers use the same ids again in each message. */
function answeredCalls(messages: readonly Message[]): AnsweredCall[] {
  const answered: AnsweredCall[] = [];
  let calls: readonly Call[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') calls = message.tool_calls ?? [];
    if (message.role !== 'tool') continue;
    const call = calls.find(({ id }) => id === message.tool_call_id);
    if (call) answered.push({ call, answer: message.content });
  }
  return answered;
}

function wrong(text: string): CalledTool {
  return { ok: false, text };
}

/** No arguments at all is how some models write that there are none. */
function parse(text: string): unknown {
  return text.trim() === '' ? {} : parseJson(text);
}

/**
 * The same over attempts and resumes: run, task, tool, canonical arguments, and the how-manieth such call it is; in the
 * turns of a consensual task and in a co-worker's work each for itself.
 */
function idempotencyKey(
  { run, task, turn }: TurnKey,
  delegation: string | undefined,
  call: Call,
  messages: readonly Message[],
): string {
  const same = signature(call);
  const inside = [...(turn === null ? [] : [turn]), ...(delegation === undefined ? [] : [delegation])];
  let count = 0;
  for (const message of messages) {
    for (const earlier of message.role === 'assistant' ? (message.tool_calls ?? []) : []) {
      if (earlier === call) return digest([run, task, same, count, ...inside]);
      if (signature(earlier) === same) count += 1;
    }
  }
  return digest([run, task, same, count, ...inside]);
}

function signature({ function: { name, arguments: args } }: Call): string {
  return `${name} ${canonical(parse(args))}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

function digest(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
