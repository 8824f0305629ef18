import { expect, it } from 'vitest';
import { FieldJoiner } from './unknown-fields.ts';

type Fields = Parameters<FieldJoiner['join']>[0];

function joined(...pieces: Fields[]): Fields {
  const joiner = new FieldJoiner();
  const fields: Fields = {};
  for (const piece of pieces) joiner.join(fields, piece);
  return fields;
}

it('pieces of a list continue each other by index and type, also in a list that came whole', () => {
  const part = (index: number, text: string, type = 'text') => ({ index, type, text });
  expect(joined({ parts: [part(0, 'a'), part(1, 'b')] }, { parts: [part(1, 'c'), part(0, 'd', 'other')] })).toEqual({
    parts: [part(0, 'a'), part(1, 'bc'), part(0, 'd', 'other')],
  });
  const deep = (text: string) => ({ outer: { parts: [part(3, text)] } });
  expect(joined(deep('a'), deep('b'), deep('c'))).toEqual(deep('abc'));
});

it('keys of prototypes are fields as all others', () => {
  const given = () => JSON.parse('{"__proto__":{"a":"x"},"constructor":{"b":"y"}}');
  const fields = joined(given(), given());
  expect(JSON.stringify(fields)).toBe('{"__proto__":{"a":"xx"},"constructor":{"b":"yy"}}');
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});

it('a hundred thousand elements are joined within the time of a test, whole and one by one', () => {
  const element = (index: number) => ({ index, type: 'text', text: 'x' });
  const whole = () => ({ parts: Array.from({ length: 100_000 }, (_, index) => element(index)) });
  const single = Array.from({ length: 100_000 }, (_, index) => ({ parts: [element(index)] }));
  const { parts } = joined(whole(), whole(), ...single);
  expect(parts).toHaveLength(100_000);
  expect(parts).toHaveProperty('99999.text', 'xxx');
});
