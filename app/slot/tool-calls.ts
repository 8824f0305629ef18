import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { type Call, signatureOf } from './call-signature.ts';
import { callTool, refuseTool } from './tool-call.ts';
import type { SlotTool } from './toolbox.ts';

/** The number of tool calls of one answer that are carried out. A model that repeats itself can write thousands. */
const MAX_TOOL_CALLS = 50;
/** The number of calls that are carried out at the same time. */
const MAX_PARALLEL = 8;

/**
 * Carries out the tool calls of an answer that have no answer yet, and adds their answers to `messages` in the order of
 * the calls. Calls that follow each other and only read are carried out at the same time. All others wait for the calls
 * before them, because they may rely on their effect.
 * @returns the outcome if a call ends the attempt, otherwise null
 */
export async function callTools(
  given: AgentLoopInput,
  answer: AssistantMessage,
  messages: Message[],
): Promise<SlotOutcome | null> {
  const calls = answer.tool_calls ?? [];
  const refused = new Set(calls.slice(MAX_TOOL_CALLS));
  for (const group of groupsOf(openCalls(answer, messages), given.tools)) {
    given.port.signal.throwIfAborted();
    const answers = await Promise.all(
      group.map((call) =>
        refused.has(call) ? refuseTool(given, call, tooManyCalls(calls.length)) : callTool(given, call, messages),
      ),
    );
    for (const answered of answers) if ('role' in answered) messages.push(answered);
    const ended = answers.find((one) => 'status' in one);
    if (ended !== undefined) return ended;
  }
  return null;
}

/** Returns the tool calls of an answer that have no answer in the messages after it. */
export function openCalls(answer: AssistantMessage, messages: readonly Message[]): Call[] {
  const after = messages.slice(messages.lastIndexOf(answer) + 1);
  const answered = new Set(after.flatMap((message) => (message.role === 'tool' ? [message.tool_call_id] : [])));
  return (answer.tool_calls ?? []).filter((call) => !answered.has(call.id));
}

/** Returns calls that can be carried out at the same time as one group. Equal calls are in different groups. */
function groupsOf(calls: readonly Call[], tools: readonly SlotTool[]): Call[][] {
  const groups: Call[][] = [];
  let open = new Set<string>();
  for (const call of calls) {
    const tool = tools.find(({ description }) => description.name === call.function.name);
    const isParallel = tool?.isReadOnly === true && tool.runsAlone !== true;
    const signature = signatureOf(call);
    const last = groups.at(-1);
    if (isParallel && last && open.size > 0 && open.size < MAX_PARALLEL && !open.has(signature)) last.push(call);
    else {
      groups.push([call]);
      open = new Set();
    }
    if (isParallel) open.add(signature);
  }
  return groups;
}

function tooManyCalls(count: number): string {
  return `Not carried out: the answer has ${count} tool calls, and only the first ${MAX_TOOL_CALLS} of an answer are carried out. Make the calls that are still needed again, at most ${MAX_TOOL_CALLS} at a time.`;
}
