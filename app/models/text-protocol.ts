import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { ToolDescription } from './tool-description.ts';

/**
 * Converts a conversation to the text protocol, for models that have no tools of their own: the system prompt describes
 * the tools, calls are blocks in the answer, and results are messages of the user. Messages of the user that follow each
 * other are joined, because the templates of some models require that the sides alternate.
 */
export function asText(messages: readonly Message[], tools: readonly ToolDescription[]): Message[] {
  const names = namesOfCalls(messages);
  const joined: Message[] = [];
  for (const original of messages) {
    const message = convert(original, names, tools);
    const last = joined.at(-1);
    if (last?.role === 'user' && message.role === 'user') joined[joined.length - 1] = together(last, message);
    else joined.push(message);
  }
  return joined;
}

type UserMessage = Extract<Message, { role: 'user' }>;

function together(first: UserMessage, second: UserMessage): UserMessage {
  const images = [...(first.images ?? []), ...(second.images ?? [])];
  return {
    role: 'user',
    content: `${first.content}\n\n${second.content}`,
    ...(images.length === 0 ? {} : { images }),
  };
}

function convert(message: Message, names: ReadonlyMap<string, string>, tools: readonly ToolDescription[]): Message {
  switch (message.role) {
    case 'system':
      return tools.length === 0 ? message : { ...message, content: `${message.content}\n\n${instructions(tools)}` };
    case 'user':
      return message;
    case 'assistant':
      return withoutCalls(message);
    case 'tool':
      return { role: 'user', content: result(names.get(message.tool_call_id) ?? 'tool', message.content) };
  }
}

/** The name of the called tool, by the ID of the call. */
function namesOfCalls(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []));
  return new Map(calls.map(({ id, function: called }) => [id, called.name]));
}

function withoutCalls({ tool_calls: calls = [], ...message }: AssistantMessage): AssistantMessage {
  const blocks = calls.map(({ function: { name, arguments: args } }) => block(name, args));
  return { ...message, content: [message.content ?? '', ...blocks].filter((one) => one !== '').join('\n') };
}

function block(name: string, args: string): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${args.trim() || '{}'}}\n</tool_call>`;
}

function result(name: string, text: string): string {
  return `<tool_response name=${JSON.stringify(name)}>\n${text}\n</tool_response>`;
}

function instructions(tools: readonly ToolDescription[]): string {
  const described = tools.map(
    ({ name, description, parameters }) =>
      `### ${name}\n\n${description}\n\nArguments as JSON Schema: ${JSON.stringify(parameters)}`,
  );
  return ['# Tools', USE, ...described].join('\n\n');
}

const USE = `You can call the tools below. To call one, write a block in exactly this form, and nothing after it:

${block('NAME', '{}')}

"arguments" is one JSON object that matches the schema of the tool. You can write several blocks one after the other. The next message contains the results. Never write a result yourself. An answer without such a block is your final answer.`;
