import type { ChatRequest } from '../models/client.ts';
import { calledInText } from '../models/written-calls.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';

/** How often an answer that is a written tool call is sent back. */
const TRIES = 2;

/**
 * Checks that an answer is not a tool call written as text that could not be carried out: it cannot be read, its tool
 * does not exist, or no tools were offered. @param test whether a text is a usable answer all the same
 */
export function writtenCallCheck(tools: readonly SlotTool[], { isAnswer }: Pick<ChatRequest, 'isAnswer'>): AnswerCheck {
  const descriptions = tools.map(({ description }) => description);
  const advice =
    tools.length === 0
      ? 'You have no tools. Give your final answer without it.'
      : 'Call the tool with JSON arguments, or give your final answer without it.';
  return {
    what: null,
    tries: TRIES,
    check: (text) => {
      const name = isAnswer?.(text) ? null : calledInText(text, descriptions);
      if (name === null) return { status: 'met', text };
      const feedback = `You wrote a call of ${name} as text that cannot be read, so it was not executed. ${advice}`;
      return { status: 'unmet', detail: `it is a call of ${name} that was written as text`, feedback };
    },
    refuse: (detail) =>
      outputFailure(
        `The answer does not count: ${detail}. The model or its server may not support tools. Set tool_protocol to "text", choose another model, turn on tool calls in the server, or remove the agent's tools.`,
      ),
  };
}
