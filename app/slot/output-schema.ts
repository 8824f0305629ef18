import { z } from 'zod';
import { unusableSchema, validatorOf } from '../../shared/crew/output-schema.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import { findAnyJson, findJson } from '../../shared/slot/json-answer.ts';
import type { ChatRequest } from '../models/client.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';
import { findCorrectedJson } from './repaired-answer.ts';

/** How often an answer that does not match its schema is sent back. */
const REPAIRS = 2;

/** Returns a task's prompt with the schema that its answer must match. */
export function withSchema(prompt: string, schema: unknown): string {
  if (schema === undefined) return prompt;
  const text = JSON.stringify(schema, null, 2);
  return `${prompt}\n\n## JSON Schema\n\nAnswer only with JSON that matches this schema:\n\n\`\`\`json\n${text}\n\`\`\``;
}

/** Checks that the answer matches the task's `output_schema`. */
export function schemaCheck(schema: unknown): AnswerCheck {
  return {
    what: 'schema',
    tries: REPAIRS,
    check: (text) => {
      const found = findCorrectedJson(text, (value) => validatorOf(schema).safeParse(value).success);
      if (found) return { status: 'met', text: found.text, ...(found.note === null ? {} : { detail: found.note }) };
      const detail = complaintAbout(schema, text);
      const feedback = `Your answer does not match the JSON Schema: ${detail}. Answer again, only with JSON.`;
      return { status: 'unmet', detail, feedback };
    },
    refuse: (detail) => outputFailure(`The answer does not match output_schema: ${detail}`),
  };
}

/**
 * Returns the task's `output_schema` and the test whether a text matches it; nothing without a schema, and for the
 * conversation of another agent.
 */
export function answerTestOf({ turn, delegation }: AgentLoopInput): Pick<ChatRequest, 'isAnswer' | 'answerSchema'> {
  const { output_schema: schema } = turn;
  if (schema === undefined || delegation !== undefined) return {};
  const isAnswer = (text: string) => findJson(text, (value) => validatorOf(schema).safeParse(value).success) !== null;
  return { isAnswer, answerSchema: schema };
}

/** Returns why a schema cannot be used, or null. Checked before any model call is made for it. */
export function schemaProblem(schema: unknown): Failure | null {
  const why = unusableSchema(schema);
  return why === null ? null : { kind: 'output', message: `The task's output_schema cannot be used: ${why}` };
}

/** Describes the problems of an answer that has no value matching the schema. */
function complaintAbout(schema: unknown, text: string): string {
  const found = findAnyJson(text) ?? findJson(text, () => true);
  if (!found) return 'it is not JSON';
  const { error } = validatorOf(schema).safeParse(found.value);
  return error ? z.prettifyError(error) : 'it is not JSON';
}
