import { describe, expect, it } from 'vitest';
import { evaluateCondition, filterItems } from './evaluate-expression.ts';

const variables = {
  outputs: { count: { events: 3, share: 0.5, constructor: 2, none: null }, größe: { text: 'hi' }, list: [4, 5, 6] },
  statuses: { count: 'completed', other: 'failed' },
  choices: { review: ['publish', 'archive'] },
  inputs: { n: 3 },
};
const evaluate = (expression: string) => evaluateCondition({ expression, variables });
const errorOf = (expression: string) => {
  const result = evaluate(expression);
  return result.ok ? null : result.message;
};

describe('Evaluating an expression', () => {
  it.each([
    ['outputs.count.events < 10', true],
    ['outputs.count.events >= 10', false],
    ['outputs.count.events % 2 == 1', true],
    ['2 * outputs.count.events == 6', true],
    ['outputs.count.events / 2 > 1', true],
    ['outputs.list[inputs.n - 1] == 6', true],
    ['outputs["größe"].text == "hi" && "größe" in outputs', true],
    ['has(outputs.other)', false],
    ['statuses.other == "failed"', true],
    ['"publish" in choices.review && size(choices.review) == 2', true],
    ['outputs.count.none == null', true],
    ['outputs.count.constructor == 2', true],
    ['has(outputs.__proto__) || has(outputs.count.toString)', false],
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression)).toMatchObject({ ok: true, value });
  });

  it('reports a missing key with its column and suggests has', () => {
    expect(errorOf('outputs.more.events < 10')).toBe('No such key: more (column 9). Use has(…), or correct it.');
  });

  it('refuses a value that is not true or false and shows it', () => {
    expect(errorOf('outputs.count')).toMatch(/^It gave \{"events":3,.*\}, not true or false\. Correct it\.$/);
    expect(errorOf('outputs.count.events')).toBe('It gave 3, not true or false. Correct it.');
  });

  it.each([
    ['1 / 0 == 1', /division by zero \(column 1\)/],
    ['outputs.count.events + "x" == "3x"', /no such overload/],
    ['outputs.größe', /Unexpected character: ö \(column 11\)/],
    ['"a".matches("(")', /Invalid regular expression/],
    [`${'!'.repeat(3900)}true`, /nested too deeply/],
    [`"${'x'.repeat(5000)}" == ""`, /more than 4000 characters/],
  ])('returns an error of %s as a value', (expression, message) => {
    expect(errorOf(expression)).toMatch(message);
  });

  it('describes the values that it used', () => {
    expect(evaluate('outputs.count.events < 10 && !has(outputs.other)')).toEqual({
      ok: true,
      value: true,
      detail: 'outputs.count.events is 3',
    });
  });

  it('keeps the items for which a filter is true', () => {
    const items = [{ score: 1 }, { score: 5 }, { score: 7 }];
    const filter = { variables, items, as: 'lead' };
    expect(filterItems({ ...filter, expression: 'lead.score > inputs.n && index < 3' })).toEqual({
      ok: true,
      kept: [1],
    });
    expect(filterItems({ ...filter, expression: 'lead.points > 1' })).toEqual({
      ok: false,
      message: 'Item 1: No such key: points (column 6). Use has(…), or correct it.',
    });
  });
});
