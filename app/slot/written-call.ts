import { z } from 'zod';
import { findAnyJson } from '../../shared/slot/json-answer.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';
import type { SlotTool } from './toolbox.ts';

/** How often an answer that is a written tool call is sent back. */
const TRIES = 2;
/** The forms in which models write a call that their server does not read, at the beginning of a line. */
const MARKS =
  /^\s*(?:<tool_call>|<function_call>|<function=|<\|tool_call|<\|python_tag\|>|\[TOOL_CALLS\]|```tool_(?:call|code))/m;
const callSchema = z
  .object({ name: z.string(), arguments: z.unknown() })
  .or(z.object({ name: z.string(), parameters: z.unknown() }));

/** Checks that the answer of an agent with tools is not a tool call written as text, which nothing has carried out. */
export function writtenCallCheck(tools: readonly SlotTool[]): AnswerCheck {
  const names = tools.map(({ description }) => description.name);
  return {
    what: null,
    tries: TRIES,
    check: (text) => {
      const name = writtenCall(text, names);
      if (name === null) return { status: 'met', text };
      const feedback = `You wrote a call of ${name} as text, so it was not executed. Call the tool as a tool, or give your final answer without it.`;
      return { status: 'unmet', detail: `it is a call of ${name} that was written as text`, feedback };
    },
    refuse: (detail) =>
      outputFailure(
        `The answer does not count: ${detail}. The model or its server may not support tools. Choose another model, turn on tool calls in the server, or remove the agent's tools.`,
      ),
  };
}

/** The tool that an answer calls in its text, or null. */
function writtenCall(text: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const marked = MARKS.exec(text);
  if (marked) {
    const call = text.slice(marked.index);
    const named = names.find((name) => call.includes(name));
    if (named !== undefined) return named;
  }
  const found = findAnyJson(text);
  if (found === null || found.note !== null) return null;
  const values: unknown[] = Array.isArray(found.value) ? found.value : [found.value];
  const called = values.map((value) => callSchema.safeParse(value).data?.name);
  return (
    names.find((name) => called.length > 0 && called.every((one) => one !== undefined) && called.includes(name)) ?? null
  );
}
