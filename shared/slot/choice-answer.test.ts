import { describe, expect, it } from 'vitest';
import { choicesIn } from './choice-answer.ts';

const one = { choices: ['publish', 'revise', 'needs more work', 'work'], choose: 'one' } as const;
const many = { choices: ['a', 'b, c', 'd'], choose: 'many' } as const;

describe('The choice of an answer', () => {
  it.each([
    ['Good text.\n\nChoice: publish', 'publish'],
    ['Good text.\n\n**Choice: Publish**', 'publish'],
    ['Good.\nChoice: `publish`.', 'publish'],
    ['Choice: revise\n\nOn second thought.\n\n**Choice:** publish', 'publish'],
    ['{"choice": "revise", "why": "publish later"}', 'revise'],
    ['```json\n{"choice": "revise"}\n```', 'revise'],
    ['I would publish this.', 'publish'],
    ['It needs more work.', 'needs more work'],
    ['{"verdict": "revise"}', 'revise'],
  ])('%j is a choice', (answer, choice) => {
    expect(choicesIn(answer, one)).toEqual([choice]);
  });

  it.each([
    ['Publish or revise?'],
    ['Nothing to say.'],
    ['Choice: reject\n\nBut publish is possible.'],
    ['Choice: publish, revise'],
    ['Choice:'],
    ['{"choice": "reject"}'],
    ['{"choice": 3}'],
    ['A republished text.'],
    [''],
  ])('%j is not a choice', (answer) => {
    expect(choicesIn(answer, one)).toBeNull();
  });

  it('may be several, in the order of the router, also with commas in their names', () => {
    expect(choicesIn('Choice: d, b, c', many)).toEqual(['b, c', 'd']);
    expect(choicesIn('{"choice": ["d", "a"]}', many)).toEqual(['a', 'd']);
    expect(choicesIn('Choice: a, x', many)).toBeNull();
    expect(choicesIn('{"choice": []}', many)).toBeNull();
  });
});
