import { describe, expect, it } from 'vitest';
import { findCorrectedJson } from './repaired-answer.ts';

const hasTitle = (value: unknown) => typeof value === 'object' && value !== null && 'title' in value;

describe('mistakes in the JSON of an answer', () => {
  it.each([
    ['single quotes', "{'title': 'x', 'score': 3}"],
    ['keys without quotes', '{title: "x", score: 3}'],
    ['a missing comma', '{"title": "x"\n"score": 3}'],
    ['a comment', '{"title": "x", // the title\n"score": 3}'],
    ['typographic quotes', '{“title”: “x”, “score”: 3}'],
    ['constants of Python', "{'title': 'x', 'score': 3, 'done': None}"],
    ['among words', "Here it is:\n\n{'title': 'x', 'score': 3}\n\nAnything else?"],
    ['in a fence', "Here:\n```json\n{'title': 'x', 'score': 3}\n```\nDone."],
  ])('are corrected: %s', (_, text) => {
    expect(findCorrectedJson(text, hasTitle)).toMatchObject({
      value: { title: 'x', score: 3 },
      note: 'mistakes in the JSON were corrected',
    });
  });

  it('JSON without mistakes stays as it is', () => {
    expect(findCorrectedJson('{"title": "x"}', hasTitle)).toMatchObject({
      text: '{"title": "x"}',
      note: null,
    });
  });

  it.each([
    ['text', 'The title is x.'],
    ['an answer that ends in the middle', '[{"title": "a"}, {"title": "b"}, {"ti'],
    ['an object that ends in the middle', '{"title": "a", "parts": [1, 2], "more": "b'],
    ['another value', "{'name': 'x'}"],
  ])('%s is not corrected', (_, text) => {
    const isWhole = (value: unknown) => Array.isArray(value) || (hasTitle(value) && 'parts' in Object(value));
    expect(findCorrectedJson(text, isWhole)).toBeNull();
  });
});
