import { describe, expect, it } from 'vitest';
import { unusableSchema } from './output-schema.ts';

const properties = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }]));

describe('an output_schema', () => {
  it('a schema that is too large to compile in time is refused', () => {
    expect(unusableSchema({ type: 'object', properties: properties(9_000) })).toBe(null);
    expect(unusableSchema({ type: 'object', properties: properties(100_000) })).toBe('it has more than 10000 parts');
  });
});
