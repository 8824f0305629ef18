import { describe, expect, test } from 'vitest';
import { messagesIn, toolCallIn } from './messages.ts';

describe('A transcript', () => {
  test('A transcript shows sent and received messages, as parts or as text', () => {
    const sent = [
      { role: 'system', content: 'You are Ada.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Add ' },
          { type: 'text', text: '1 and 2.' },
        ],
      },
    ];
    expect(messagesIn(JSON.stringify(sent))).toEqual([
      { role: 'system', content: 'You are Ada.' },
      { role: 'user', content: 'Add 1 and 2.' },
    ]);
    expect(messagesIn(JSON.stringify({ role: 'assistant', content: null, tool_calls: [] }))).toEqual([
      { role: 'assistant', content: '' },
    ]);
  });

  test('A transcript shows thoughts as a separate message before the answer', () => {
    expect(messagesIn(JSON.stringify({ role: 'assistant', content: '42', thoughts: 'A number.' }))).toEqual([
      { role: 'thoughts', content: 'A number.' },
      { role: 'assistant', content: '42' },
    ]);
    expect(messagesIn(JSON.stringify({ role: 'assistant', content: '', thoughts: 'A number.' }))).toEqual([
      { role: 'thoughts', content: 'A number.' },
    ]);
  });

  test('A transcript reports a blob without messages', () => {
    expect(messagesIn('<html>')).toBeNull();
  });

  test('A transcript formats the arguments and the answer of a tool', () => {
    const blob = JSON.stringify({ arguments: '{"file":"a.csv"}', answer: 'Three rows.' });
    expect(toolCallIn(blob)).toEqual({ given: '{\n  "file": "a.csv"\n}', answer: 'Three rows.' });
  });
});
