import { describe, expect, it } from 'vitest';
import { calledInText, writtenCalls } from './written-calls.ts';

const tools = [
  {
    name: 'file_reader',
    description: '',
    parameters: { properties: { path: { type: 'string' }, lines: { type: 'integer' } } },
  },
  { name: 'web_search', description: '', parameters: {} },
];

function callsOf(text: string): { text: string; calls: [string, unknown][] } | null {
  const written = writtenCalls(text, tools);
  return written && { ...written, calls: written.calls.map((call) => [call.name, JSON.parse(call.arguments)]) };
}

const READ = { text: '', calls: [['file_reader', { path: 'in.txt' }]] };

describe('a call in the text of an answer is read', () => {
  it.each([
    ['Hermes, Qwen', '<tool_call>\n{"name": "file_reader", "arguments": {"path": "in.txt"}}\n</tool_call>'],
    ['without an end', '<tool_call>{"name": "file_reader", "arguments": {"path": "in.txt"}}'],
    ['with mistakes in the JSON', "<tool_call>{'name': 'file_reader', 'arguments': {'path': 'in.txt',}}</tool_call>"],
    [
      'in the form of the API',
      '<tool_call>{"type":"function","function":{"name":"file_reader","arguments":"{\\"path\\":\\"in.txt\\"}"}}</tool_call>',
    ],
    ['Llama', '<function=file_reader>{"path": "in.txt"}</function>'],
    [
      'Qwen Coder',
      '<tool_call>\n<function=file_reader>\n<parameter=path>\nin.txt\n</parameter>\n</function>\n</tool_call>',
    ],
    ['GLM', '<tool_call>file_reader\n<arg_key>path</arg_key>\n<arg_value>in.txt</arg_value>\n</tool_call>'],
    ['with invocations', '<invoke name="file_reader"><parameter name="path">in.txt</parameter></invoke>'],
    ['Mistral', '[TOOL_CALLS][{"name": "file_reader", "arguments": {"path": "in.txt"}}]'],
    ['later Mistral', '[TOOL_CALLS]file_reader[ARGS]{"path": "in.txt"}'],
    ['Llama with a token', '<|python_tag|>{"name": "file_reader", "parameters": {"path": "in.txt"}}'],
    ['Phi', '<|tool_call|>[{"name": "file_reader", "arguments": {"path": "in.txt"}}]<|/tool_call|>'],
    [
      'Kimi',
      '<|tool_calls_section_begin|><|tool_call_begin|>functions.file_reader:0<|tool_call_argument_begin|>{"path": "in.txt"}<|tool_call_end|><|tool_calls_section_end|>',
    ],
    [
      'DeepSeek',
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>file_reader\n```json\n{"path": "in.txt"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ],
    ['a fence', '```tool_call\n{"name": "file_reader", "arguments": {"path": "in.txt"}}\n```'],
    ['ReAct', 'Action: file_reader\nAction Input: {"path": "in.txt"}\nObservation: It says hello.'],
    ['JSON alone', '{"name": "file_reader", "parameters": {"path": "in.txt"}}'],
    ['JSON in a fence', '```json\n[{"name": "file_reader", "arguments": {"path": "in.txt"}}]\n```'],
  ])('%s', (_, text) => {
    expect(callsOf(text)).toEqual(READ);
    if (!/^[{`]/.test(text))
      expect(callsOf(`I need the file.\n\n${text}`)).toEqual({ ...READ, text: 'I need the file.' });
  });

  it('several calls are read, and the text that the model invents after them is dropped', () => {
    const call = (path: string) => `<tool_call>{"name": "file_reader", "arguments": {"path": "${path}"}}</tool_call>`;
    const text = `First both.\n${call('a')}\n${call('b')}\n<tool_response>hello</tool_response>\nThey say hello.`;
    expect(callsOf(text)).toEqual({
      text: 'First both.',
      calls: [
        ['file_reader', { path: 'a' }],
        ['file_reader', { path: 'b' }],
      ],
    });
  });

  it('the parameters of the tool decide whether a text is a number', () => {
    const text = '<function=file_reader><parameter=path>12</parameter><parameter=lines>12</parameter></function>';
    expect(callsOf(text)?.calls).toEqual([['file_reader', { path: '12', lines: 12 }]]);
  });

  it('a call in the middle of a line, and a call of a tool that does not exist, are calls', () => {
    expect(callsOf('I look: <tool_call>{"name": "file_reader", "arguments": {"path": "in.txt"}}</tool_call>')).toEqual({
      ...READ,
      text: 'I look:',
    });
    expect(callsOf('<tool_call>{"name": "read", "arguments": {}}</tool_call>')?.calls).toEqual([['read', {}]]);
  });

  it('a call that cannot be read is recognized by its tool', () => {
    expect(callsOf('<tool_call>file_reader("in.txt")</tool_call>')).toBeNull();
    expect(calledInText('<tool_call>file_reader("in.txt")</tool_call>', tools)).toBe('file_reader');
    expect(calledInText('```tool_code\nprint(file_reader(path="in.txt"))\n```', tools)).toBe('file_reader');
    expect(calledInText('<tool_call>{"name": "read", "arguments": {}}</tool_call>', [])).toBe('read');
    expect(calledInText('<tool_call>\nread(in.txt)\n</tool_call>', tools)).toBeNull();
  });
});

describe('an answer is not a call', () => {
  it.each([
    'Use `file_reader` with {"path": "in.txt"}.',
    '{"name": "Ada", "arguments": []}',
    '{"name": "Ada", "arguments": {}}',
    'A model writes `<tool_call>` before a call of file_reader.',
    'Write it so:\n\n```xml\n<tool_call>{"name": "file_reader", "arguments": {}}</tool_call>\n```\n',
    'The form <tool_call>{"name": "x", "arguments": {}}</tool_call> is explained below.',
    'Action: none\nAction Input: none',
    '',
  ])('%j', (text) => {
    expect(writtenCalls(text, tools)).toBeNull();
    expect(calledInText(text, tools)).toBeNull();
  });
});
