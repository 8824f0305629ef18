import { z } from 'zod';
import type { Json } from '../../json.ts';
import { findAnyJson } from '../../slot/json-answer.ts';

/** Returns the JSON in the result of a task; undefined if there is none. */
export function jsonIn(text: string): Json | undefined {
  const found = findAnyJson(text);
  return found === null ? undefined : z.json().parse(found.value);
}
