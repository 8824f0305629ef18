import type { Message } from '../../shared/slot/message.ts';
import { type Call, signatureOf } from './call-signature.ts';

/** The number of calls in the longest sequence whose repetition is recognized. */
const LONGEST_SEQUENCE = 4;

/** The answer that an agent reads for a call that repeats earlier calls. */
export function repeatedText(name: string): string {
  return `You have this answer already: you called ${name} with these arguments twice and got the same answer. It was not called again. Use that answer, call it with other arguments, or give your final answer.`;
}

/**
 * Returns whether a call was made twice before with the same answer, and a third call can give no other: nothing was
 * changed since the first, or both belong to a sequence of a few calls that was made twice in a row.
 * @param isReadOnly whether the tool of this name changes nothing
 */
export function isRepeatedCall(
  call: Call,
  messages: readonly Message[],
  isReadOnly: (name: string) => boolean,
): boolean {
  const answered = answeredCalls(messages);
  const signature = signatureOf(call);
  return continuesSequence(signature, answered) || isUnchanged(signature, answered, isReadOnly);
}

/** Whether nothing was called that changes something since the first of the last two calls with equal answers. */
function isUnchanged(
  signature: string,
  answered: readonly AnsweredCall[],
  isReadOnly: (name: string) => boolean,
): boolean {
  const same = answered.filter((earlier) => earlier.signature === signature && !isRefusal(earlier)).slice(-2);
  const [first, second] = same;
  if (first === undefined || second === undefined || first.answer !== second.answer) return false;
  return answered
    .slice(answered.indexOf(first))
    .every((one) => one.signature === signature || isRefusal(one) || isReadOnly(one.name));
}

function continuesSequence(signature: string, answered: readonly AnsweredCall[]): boolean {
  for (let length = 1; length <= LONGEST_SEQUENCE; length += 1) {
    const twice = answered.slice(-2 * length);
    if (twice.length < 2 * length) return false;
    const [first] = twice;
    const isTwice = twice.slice(length).every((later, index) => isSame(later, twice[index]));
    if (isTwice && first !== undefined && first.signature === signature) return true;
  }
  return false;
}

/** The number of the last answers, in a row, whose tool calls were all refused because they repeat earlier calls. */
export function repeatingAnswers(messages: readonly Message[]): number {
  const answers = answersOf(messages);
  const others = answers.findLastIndex((calls) => calls.length === 0 || !calls.every(isRefusal));
  return answers.length - 1 - others;
}

interface AnsweredCall {
  name: string;
  signature: string;
  answer: string;
}

function isSame(later: AnsweredCall, earlier: AnsweredCall | undefined): boolean {
  if (earlier === undefined || earlier.signature !== later.signature) return false;
  return earlier.answer === later.answer || isRefusal(later) || isRefusal(earlier);
}

function isRefusal({ name, answer }: AnsweredCall): boolean {
  return answer === repeatedText(name);
}

/** The calls of a conversation that were answered, in order. Some servers use the same ids again in each message. */
function answeredCalls(messages: readonly Message[]): AnsweredCall[] {
  return answersOf(messages).flat();
}

/** For each answer of the agent, the tool calls in it that were answered. */
function answersOf(messages: readonly Message[]): AnsweredCall[][] {
  const answers: AnsweredCall[][] = [];
  let calls: readonly Call[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      calls = message.tool_calls ?? [];
      answers.push([]);
    }
    if (message.role !== 'tool') continue;
    const call = calls.find(({ id }) => id === message.tool_call_id);
    if (call) answers.at(-1)?.push({ name: call.function.name, signature: signatureOf(call), answer: message.content });
  }
  return answers;
}
