import type { Json } from './json.ts';

/** Returns the value at a JSON Pointer (RFC 6901); undefined if there is none. */
export function atPointer(value: Json, pointer: string): Json | undefined {
  if (pointer === '') return value;
  return pointer.split('/').slice(1).map(unescaped).reduce<Json | undefined>(childOf, value);
}

function childOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
