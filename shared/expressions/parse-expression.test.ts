import { describe, expect, it } from 'vitest';
import { RUN_VARIABLES } from './environment.ts';
import { parseExpression } from './parse-expression.ts';

const parse = (text: string) => parseExpression(text, RUN_VARIABLES);

describe('Parsing an expression', () => {
  it.each([
    ['outputs.count.events < 10'],
    ['has(outputs.a) && outputs["größe"].text == "hi"'],
    ['"publish" in choices.review || statuses.review == "failed"'],
    ['outputs.list.exists(one, one.score > 3)'],
    ['outputs.count.events % 2 == 0 && 2 * outputs.count.events > 5'],
    ['outputs.count.enough'],
  ])('accepts %s', (text) => {
    expect(parse(text)).toMatchObject({ ok: true });
  });

  it.each([
    ['outputs.count.events <', 23, 'The expression is not complete'],
    ['1 +* 2', 4, 'Unexpected token: MULTIPLY'],
    ['outputz.count', 1, 'Unknown variable: outputz'],
    ['outputs.my-task.x > 1', 12, 'Unknown variable: task'],
    ['lenght(outputs.a) > 1', 1, "found no matching overload for 'lenght(dyn)'"],
    ['outputs.größe.text == ""', 11, 'Unexpected character: ö'],
    ['1 + 1', 1, 'It gives a number, not true or false'],
    ['"yes"', 1, 'It gives a text, not true or false'],
    ['', 1, 'The expression is not complete'],
    ['has(outputs["größe"])', 5, 'has() needs a field, such as outputs.a. Use "größe" in outputs for other names'],
  ])('refuses %s at its column', (text, column, message) => {
    expect(parse(text)).toEqual({ ok: false, column, message });
  });

  it.each([
    ['brackets', `${'('.repeat(1500)}true${')'.repeat(1500)}`],
    ['negations', `${'!'.repeat(3900)}true`],
    ['fields', `outputs${'.a'.repeat(1900)}`],
    ['characters', `true || ${'"x"'.repeat(2000)}`],
  ])('refuses an expression with too many %s without an exception', (_, text) => {
    expect(parse(text)).toMatchObject({ ok: false, column: expect.any(Number), message: expect.stringMatching(/./) });
  });

  it('lists the tasks that an expression names, but not the variables of its macros', () => {
    const parsed = parse(
      'outputs.a.b < 1 && outputs["x y"].z == 2 && [[1]].exists(outputs, outputs[0] == 1) && size(statuses) > 1',
    );
    expect(parsed.ok && parsed.references.map(({ variable, name }) => [variable, name])).toEqual([
      ['outputs', 'a'],
      ['outputs', 'x y'],
      ['statuses', null],
    ]);
  });
});
