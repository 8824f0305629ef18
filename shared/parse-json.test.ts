import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, parseJson, tooDeepAt } from './parse-json.ts';

describe('parseJson', () => {
  it('parseJson returns the value of a text', () => {
    expect(parseJson('{"a": [1, "b"]}')).toEqual({ a: [1, 'b'] });
    expect(parseJson('{"a": ')).toBe(undefined);
  });

  it('nesting beyond the limit, which would exhaust the stack, is refused', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseJson(nested(MAX_JSON_DEPTH))).toBeInstanceOf(Array);
    expect(parseJson(`{"crew":${nested(MAX_JSON_DEPTH)}}`)).toMatchObject({ crew: expect.any(Array) });
    expect(parseJson(nested(2 * MAX_JSON_DEPTH))).toBe(undefined);
    expect(parseJson('{"a":'.repeat(100_000))).toBe(undefined);
  });

  it('brackets in strings do not count as nesting', () => {
    expect(tooDeepAt(JSON.stringify(`${'['.repeat(200)}"\\${'{'.repeat(200)}`))).toBe(null);
    expect(tooDeepAt(`{"a": ${'['.repeat(MAX_JSON_DEPTH)}`)).toBe(6 + MAX_JSON_DEPTH - 1);
  });
});
