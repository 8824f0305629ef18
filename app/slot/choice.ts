import { z } from 'zod';
import { type AnswerCheck, outputFailure } from './answer-check.ts';
import { jsonIn } from './json.ts';

const voteSchema = z.object({ vote: z.string() });

/** That the answer names one of these, which is then the turn's value. It is asked for once more, no oftener. */
export function choiceCheck(choices: readonly string[]): AnswerCheck {
  const list = choices.join(', ');
  return {
    what: null,
    tries: 1,
    check: (text) => {
      const choice = readChoice(text, choices);
      if (choice !== null) return { status: 'met', text: choice };
      const told = `Your answer names none of those who proposed: ${list}. Answer with {"vote": "NAME"} alone.`;
      return { status: 'unmet', detail: `it names none of ${list}`, told };
    },
    refuse: (detail) => outputFailure(`The vote counts for nobody: ${detail}.`),
  };
}

/** `{"vote": "NAME"}`, the name alone, or the only one of the names that stands in the text. Case does not matter. */
export function readChoice(text: string, choices: readonly string[]): string | null {
  const json = voteSchema.safeParse(jsonIn(text));
  const said = plain(json.success ? json.data.vote : text);
  const whole = choices.find((choice) => plain(choice) === said);
  if (whole !== undefined || json.success) return whole ?? null;
  const words = new Set(said.match(/[\p{L}\p{M}\p{Nd}_-]+/gu) ?? []);
  const named = choices.filter((choice) => words.has(plain(choice)));
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** Names are unique also when case is ignored. */
function plain(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
