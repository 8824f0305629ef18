import type { Json } from '../json.ts';
import { fillPlaceholders, isPath, type Values, valueAt } from './placeholders.ts';

/**
 * Replaces the placeholders in every text of a JSON value. A text that is one placeholder becomes its value, of any type;
 * without a value it remains as it is written.
 */
export function fillValue(value: Json, values: Values): Json {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((one) => fillValue(one, values));
  if (typeof value === 'object' && value !== null) return fillValues(value, values);
  return value;
}

/** Replaces the placeholders in each of some values, as `fillValue` does. */
export function fillValues(given: Values, values: Values): Record<string, Json> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fillValue(value, values)]));
}

function fillText(text: string, values: Values): Json {
  const [, name] = /^\{([^{}\r\n]{1,256})\}$/u.exec(text) ?? [];
  const value = name === undefined || !isPath(name.normalize('NFC')) ? undefined : valueAt(values, name);
  return value ?? fillPlaceholders(text, values);
}
