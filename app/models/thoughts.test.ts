import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ThoughtSplitter } from './thoughts.ts';

/** @param size the size of the pieces in which the answer arrives */
function split(answer: string, size = answer.length || 1) {
  const splitter = new ThoughtSplitter();
  let streamed = '';
  for (let at = 0; at < answer.length; at += size) streamed += splitter.push(answer.slice(at, at + size));
  return { ...splitter.end(), streamed };
}

const THOUGHTS: Record<string, readonly [answer: string, thoughts: string, text: string]> = {
  'a leading block': ['<think>\nIt is 42.\n</think>\n\n{"answer": 42}', 'It is 42.', '{"answer": 42}'],
  'a leading block after blanks': ['\n\n <think>a</think>b', 'a', 'b'],
  'an empty block': ['<think>\n\n</think>\n\nHello.', '', 'Hello.'],
  'a block that is never closed': ['<think>\nI reason and reason', 'I reason and reason', ''],
  'nothing but a block': ['<think>only thoughts</think>', 'only thoughts', ''],
  'two blocks': ['<think>a</think>\n<think>b</think>\nc', 'a\nb', 'c'],
  'a block within a block': ['<think>a <think>b</think> c</think>d', 'a <think>b</think> c', 'd'],
  'a block that mentions its opening tag': [
    '<think>They ask about <think> here.</think>Yes.',
    'They ask about <think> here.',
    'Yes.',
  ],
  'a block that quotes its closing tag': [
    '<think>Write `</think>` at the end.</think>Yes.',
    'Write `</think>` at the end.',
    'Yes.',
  ],
  'other tags and capitals': ['<Thinking>a</THINKING>b', 'a', 'b'],
  'a tag with an attribute': ['<think effort="high">a</think>b', 'a', 'b'],
  'the tags of Mistral': ['[THINK]a[/THINK]b', 'a', 'b'],
  'the tags of Kimi': ['◁think▷a◁/think▷b', 'a', 'b'],
  'the tags of QwQ': ['<|begin_of_thought|>a<|end_of_thought|>b', 'a', 'b'],
  'a lone closing tag on its own line': ['They want JSON.\n</think>\n\n{"a": 1}', 'They want JSON.', '{"a": 1}'],
  'a lone closing tag before the answer': ['They want JSON</think>{"a": 1}', 'They want JSON', '{"a": 1}'],
  'a lone closing tag after a sentence': ['They want JSON. </think> Yes.', 'They want JSON.', 'Yes.'],
  'a lone closing tag at the end': ['Nothing but thoughts.\n</think>', 'Nothing but thoughts.', ''],
};

describe('thoughts are not part of the answer', () => {
  for (const [what, [answer, thoughts, text]] of Object.entries(THOUGHTS))
    test(what, () => {
      for (const size of [answer.length, 1, 3]) expect(split(answer, size)).toMatchObject({ thoughts, text });
    });
});

const ANSWERS: Record<string, string> = {
  'an answer without tags': 'Hello.\n\n  <b>world</b>  \n',
  'an answer that begins with another tag': '<thin line="1"/> <p>text</p>',
  'an answer that begins with the beginning of a tag': '<thi',
  'an answer that talks about the tags': 'A model writes <think> first and </think> at the end.',
  'an answer that names the closing tag in a sentence': 'The model closes its thoughts with </think> when it is done.',
  'an answer with the tag in code':
    'Split the text at `</think>` and keep the rest:\n\n```js\ntext.split("</think>")\n```\n',
  'an answer with a block in a fence': 'An example:\n\n```\n<think>\nhm\n</think>\n42\n```\nDone.',
  'an answer with a lone closing tag in a fence': 'An example:\n\n```\nhm\n</think>\n42\n```\nDone.',
  'an answer that shows a block later': 'An example:\n<think>\nhm\n</think>\n42',
  'an answer that quotes the closing tag': 'It searches for "</think>" in the text.',
  'JSON with the tag in a string': '{"pattern": "</think>"}',
};

describe('the answer is unchanged', () => {
  for (const [what, answer] of Object.entries(ANSWERS))
    test(what, () => {
      for (const size of [answer.length, 1, 3])
        expect(split(answer, size)).toMatchObject({ thoughts: '', text: answer });
    });
});

test('Text streams as soon as it cannot be a thought, and no thought in tags is streamed', () => {
  const splitter = new ThoughtSplitter();
  expect(['<th', 'ink>a', 'b</thi', 'nk>\n\n', 'c', 'd'].map((piece) => splitter.push(piece))).toEqual([
    '',
    '',
    '',
    '',
    'c',
    'd',
  ]);
  expect(new ThoughtSplitter().push('Hello.')).toBe('Hello.');
});

test('The result does not depend on how an answer is split into pieces', () => {
  const part = fc.constantFrom('<think>', '</think>', '<thinking>', '\n', ' ', 'a.', '`', '"', '{"b":1}', '<', '```\n');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
      const answer = parts.join('');
      const { streamed: _, ...whole } = split(answer);
      expect(split(answer, size)).toMatchObject(whole);
    }),
    { numRuns: 500 },
  );
});
