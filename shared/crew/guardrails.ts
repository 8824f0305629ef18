import { z } from 'zod';
import { MAX_EXPRESSION_CHARACTERS } from './expression-length.ts';

/** The variables of a guardrail's expression. */
export const GUARDRAIL_VARIABLES: readonly string[] = ['text', 'json', 'inputs', 'outputs'];

const text = z.string().min(1);
const pattern = text.refine(isPattern, 'it is not a valid regular expression.');

/** What every guardrail has. */
const onUnmet = {
  tries: z.int().min(0).max(20).default(2).describe('How often an answer that fails it is sent back.'),
  on_failure: z
    .enum(['fail', 'keep'])
    .default('fail')
    .describe('After the last try: the attempt fails, or keeps the answer that passed most guardrails, degraded.'),
};

/**
 * What an answer must satisfy in addition to its schema. `tries`: how often it is sent back. `on_failure`: whether the
 * attempt then fails, or keeps the answer that passed most guardrails, as a degraded result.
 *
 * - `length`: the number of Unicode characters, without leading and trailing spaces
 * - `regex`: a JavaScript regular expression with the flag `u` matches some text in it
 * - `json`: it is only JSON, or JSON in one fence
 * - `language`: its prose is in this language (`de`, `deu`, `de-CH`)
 * - `cites`: it names every task of its context that produced a result, by name or title; without such tasks it
 *   contains a web address
 * - `expression`: an expression in CEL is true. It can use `text`, `json` (null if the answer is not JSON), `inputs` and
 *   `outputs` of the context. `message` is what the agent reads if it is false
 * - an agent judges that it meets the criteria; without an agent, the model of the task does
 */
export const guardrailSchema = z.union([
  z.discriminatedUnion('check', [
    z.strictObject({
      check: z.literal('length'),
      min: z.int().nonnegative().optional(),
      max: z.int().positive().optional(),
      ...onUnmet,
    }),
    z.strictObject({ check: z.literal('regex'), pattern, ...onUnmet }),
    z.strictObject({ check: z.literal('json'), ...onUnmet }),
    z.strictObject({ check: z.literal('language'), language: text, ...onUnmet }),
    z.strictObject({ check: z.literal('cites'), ...onUnmet }),
    z.strictObject({
      check: z.literal('expression'),
      cel: text.max(MAX_EXPRESSION_CHARACTERS),
      message: text.optional(),
      ...onUnmet,
    }),
  ]),
  z.strictObject({ agent: text.normalize('NFC').optional(), criteria: text, ...onUnmet }),
]);

export type Guardrail = z.infer<typeof guardrailSchema>;

/** Where a task has its guardrails: in a list, or one alone as older files do. */
export interface WithGuardrails {
  guardrail?: Guardrail | undefined;
  guardrails?: readonly Guardrail[] | undefined;
}

/** Returns the guardrails of a task, in order. */
export function guardrailsOf({ guardrail, guardrails }: WithGuardrails): readonly Guardrail[] {
  return guardrails ?? (guardrail === undefined ? [] : [guardrail]);
}

/** Returns the keys of a task's guardrails after a change of each. Null removes one. */
export function mapGuardrails(
  { guardrail, guardrails }: WithGuardrails,
  change: (guardrail: Guardrail) => Guardrail | null,
): { guardrail?: Guardrail; guardrails?: Guardrail[] } {
  const one = guardrail === undefined ? null : change(guardrail);
  const list = (guardrails ?? []).flatMap((each) => change(each) ?? []);
  return { ...(one === null ? {} : { guardrail: one }), ...(list.length === 0 ? {} : { guardrails: list }) };
}

/** Returns the agents that judge answers of a task. */
export function judgesOf(task: WithGuardrails): string[] {
  return guardrailsOf(task).flatMap((guardrail) => ('agent' in guardrail ? (guardrail.agent ?? []) : []));
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
