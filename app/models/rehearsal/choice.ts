/** The section of a router's prompt that lists its choices. */
const SECTION = /^## Choices\n\n((?:- .+\n)+)/gm;

/** Returns the first choice of a router's prompt; null if the task is not a router. */
export function firstChoice(prompt: string): string | null {
  const list = [...prompt.matchAll(SECTION)].at(-1)?.[1];
  return list?.split('\n')[0]?.slice('- '.length) ?? null;
}

/** Returns an answer that takes the first choice: a line at the end of a text. */
export function withChoiceLine(answer: string, prompt: string): string {
  const choice = firstChoice(prompt);
  return choice === null ? answer : `${answer.trimEnd()}\n\nChoice: ${choice}\n`;
}

/** Returns a value for a schema that takes the first choice: its property `choice`, if it is an object. */
export function withChoiceProperty(value: unknown, prompt: string): unknown {
  const choice = firstChoice(prompt);
  if (choice === null || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { ...value, choice: 'choice' in value && Array.isArray(value.choice) ? [choice] : choice };
}
