import type { Failure } from '../../shared/run/error-kind.ts';
import type { LastAnswer } from '../../shared/run/events.ts';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { AnswerChecks, type Inspection } from './answer-check.ts';
import { FittingCalls } from './fitting-call.ts';
import { answerTestOf } from './output-schema.ts';
import { repeatingAnswers } from './repeated-calls.ts';
import { callTools, openCalls } from './tool-calls.ts';
import { limitReached, type NextCall } from './turn-limits.ts';
import { writtenCallCheck } from './written-call.ts';

/**
 * Runs the loop of an agent: calls the model and carries out its tool calls, until an answer passes the checks. The
 * last of the `max_iterations` calls offers no tools and demands an answer.
 */
export async function runAgentLoop(given: AgentLoopInput): Promise<SlotOutcome> {
  const { agent, prompt, images = [], transcript, checks, port } = given;
  const messages: Message[] = [
    { role: 'system', content: agent.system },
    { role: 'user', content: prompt, ...(images.length > 0 ? { images: [...images] } : {}) },
    ...transcript,
  ];
  const calls = new FittingCalls(given);
  let reported = 0;
  let hasUsedTokens = false;
  const inspection = new AnswerChecks([writtenCallCheck(given.tools, answerTestOf(given)), ...checks], port);
  for (let iteration = 0; iteration < agent.max_iterations; ) {
    let answer = unfinished(messages);
    if (!answer) {
      iteration += 1;
      const next = port.limits.next(roleOf(given), hasUsedTokens);
      if (next.status === 'none') return { status: 'error', failure: next.failure };
      hasUsedTokens ||= next.status === 'last' && next.why === 'token_limit';
      const last = lastAnswer(given, iteration, messages, next);
      if (last !== null) messages.push({ role: 'user', content: LAST_ANSWER });
      const asked = await calls.ask(messages, reported, last);
      if (asked.status !== 'answered') return asked;
      if (last !== null && asked.message.tool_calls?.length) return { status: 'error', failure: unusable(last, given) };
      reported = messages.length + 1;
      answer = asked.message;
      messages.push(answer);
    }
    if (answer.tool_calls?.length) {
      const ended = await callTools(given, answer, messages);
      if (ended) return ended;
      continue;
    }
    const inspected = await inspection.inspect(answer.content ?? '', messages);
    if (inspected.status === 'passed') return outcomeOf(inspected);
    if (inspected.status === 'ended') return inspected.outcome;
    messages.push({ role: 'user', content: inspected.feedback });
  }
  return { status: 'error', failure: tooMany(agent) };
}

function outcomeOf({ text, unmet }: Extract<Inspection, { status: 'passed' }>): SlotOutcome {
  return { status: 'value', text, ...(unmet.length === 0 ? {} : { unmet: [...unmet] }) };
}

const LAST_ANSWER =
  'You have no tool calls left. Give your final answer now, from what you know so far, and say what is missing.';

/** The number of answers in a row that only repeat earlier tool calls, after which a last answer is demanded. */
const MAX_REPEATING_ANSWERS = 3;

/** Returns why the next call offers no tools, so that the agent must answer; null if it offers them or there are none. */
function lastAnswer(
  { agent, tools }: AgentLoopInput,
  iteration: number,
  messages: readonly Message[],
  next: NextCall,
): LastAnswer | null {
  if (repeatingAnswers(messages) >= MAX_REPEATING_ANSWERS) return 'repeated_calls';
  if (tools.length === 0) return null;
  if (next.status === 'last') return next.why;
  return iteration === agent.max_iterations ? 'iterations' : null;
}

/**
 * Returns the last answer of an earlier attempt if it was final or some of its tool calls have not been carried out.
 */
function unfinished(messages: readonly Message[]): AssistantMessage | null {
  const last = messages.findLast((message) => message.role !== 'tool');
  if (last?.role !== 'assistant') return null;
  return last.tool_calls?.length && openCalls(last, messages).length === 0 ? null : last;
}

/** The role of a conversation in its turn. */
function roleOf({ delegation, judges }: AgentLoopInput): 'agent' | 'coworker' | 'judge' {
  if (delegation === undefined) return 'agent';
  return judges === undefined ? 'coworker' : 'judge';
}

/** Returns the failure of a last answer that calls tools although none are offered. */
function unusable(last: LastAnswer, { agent }: AgentLoopInput): Failure {
  switch (last) {
    case 'iterations':
      return tooMany(agent);
    case 'repeated_calls':
      return onlyRepeats(agent);
    case 'call_limit':
    case 'token_limit':
      return limitReached(last);
  }
}

function onlyRepeats({ name }: TurnAgent): Failure {
  const message = `${name} kept repeating the same tool call and gave no answer, even after a notice. Make the task clearer, or choose another model.`;
  return { kind: 'iterations', message };
}

function tooMany({ name, max_iterations }: TurnAgent): Failure {
  const message = `${name} called tools ${max_iterations} times without an answer. Raise its max_iterations, or make the task clearer.`;
  return { kind: 'iterations', message };
}
