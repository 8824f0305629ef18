import { z } from 'zod';
import { findMentioned, findNamed, type Named } from '../../shared/names.ts';
import { findJson } from '../../shared/slot/json-answer.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';

const voteSchema = z.object({ vote: z.string() });

/**
 * Checks that the answer names one of `choices`, which then is the turn's value. An unusable answer is sent back once.
 * @param roles the roles of the agents by name, by which an answer may name them too
 */
export function choiceCheck(choices: readonly string[], roles: Readonly<Record<string, string>> = {}): AnswerCheck {
  const named = choices.map((name): Named => ({ name, title: roles[name] }));
  const list = choices.join(', ');
  return {
    what: null,
    tries: 1,
    check: (text) => {
      const choice = readChoice(text, named);
      if (choice !== null) return { status: 'met', text: choice };
      const feedback = `Your answer names none of the proposing agents: ${list}. Answer only with {"vote": "NAME"}.`;
      return { status: 'unmet', detail: `it names none of ${list}`, feedback };
    },
    refuse: (detail) => outputFailure(`The vote is invalid: ${detail}.`),
  };
}

/** Returns the choice in `{"vote": "NAME"}`, in a name alone, or in a text that mentions only one of the names. */
function readChoice(text: string, choices: readonly Named[]): string | null {
  const json = voteSchema.safeParse(findJson(text, (value) => voteSchema.safeParse(value).success)?.value);
  const alone = findNamed(choices, json.success ? json.data.vote : text);
  const found = json.success || alone.status !== 'unknown' ? alone : findMentioned(choices, text);
  return found.status === 'found' ? found.item.name : null;
}
