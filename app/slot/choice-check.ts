import { choicesIn } from '../../shared/slot/choice-answer.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';

/** How often an answer that makes no valid choice is sent back. */
const REPAIRS = 2;

type TurnRouter = NonNullable<TurnSubmission['router']>;

/** Returns the prompt of a router task with its choices. */
export function withChoices(prompt: string, { router, output_schema: schema }: TurnSubmission): string {
  if (router === undefined) return prompt;
  const list = router.choices.map((choice) => `- ${choice}`).join('\n');
  return `${prompt}\n\n## Choices\n\n${list}\n\n${instruction(router, schema !== undefined)}`;
}

/** Checks that the answer of a router makes a valid choice. */
export function routerCheck(router: TurnRouter, isJson: boolean): AnswerCheck {
  return {
    what: 'choice',
    tries: REPAIRS,
    check: (text) => {
      const chosen = choicesIn(text, router);
      if (chosen !== null) return { status: 'met', text, detail: chosen.join(', ') };
      const detail = `it does not name ${router.choose === 'one' ? 'one' : 'any'} of the choices`;
      const feedback = `Your answer makes no valid choice. The choices are ${router.choices.join(', ')}. ${instruction(router, isJson)} Give your complete answer again.`;
      return { status: 'unmet', detail, feedback };
    },
    refuse: (detail) =>
      router.has_default
        ? null
        : outputFailure(`The answer makes no valid choice: ${detail}. Set default_choice, or make the task clearer.`),
  };
}

/** `isJson`: the answer is JSON, which text around it would break. */
function instruction({ choose }: TurnRouter, isJson: boolean): string {
  if (isJson)
    return choose === 'one'
      ? 'Choose one of them. Name it in the property "choice" of the JSON.'
      : 'Choose one or more of them. List them in the property "choice" of the JSON.';
  return choose === 'one'
    ? 'Choose one of them. End your answer with a last line of this form: `Choice: NAME`'
    : 'Choose one or more of them. End your answer with a last line of this form, with commas between names: `Choice: NAME, NAME`';
}
