import { parseJson } from '../../shared/parse-json.ts';

/** Models like to fence their JSON. */
export function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
}

/** The JSON in a text, alone, fenced or with words around its object; undefined where there is none. */
export function jsonIn(text: string): unknown {
  const whole = parseJson(withoutFence(text));
  if (whole !== undefined) return whole;
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  return start < 0 || end < start ? undefined : parseJson(text.slice(start, end + 1));
}
