import { z } from 'zod';

/** The text of a message, or its parts, of which the texts are read. */
const contentSchema = z.union([
  z.string(),
  z.array(z.looseObject({ text: z.string().optional() })).transform((parts) => {
    return parts.flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n');
  }),
]);

/** The part of a request that the rehearsal server reads. */
export const requestSchema = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(
    z.object({
      role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
      content: contentSchema.nullish(),
      tool_call_id: z.string().optional(),
      tool_calls: z
        .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
        .optional(),
    }),
  ),
  tools: z
    .array(
      z.object({
        function: z.object({ name: z.string(), description: z.string().optional(), parameters: z.unknown() }),
      }),
    )
    .optional(),
});
export type Request = z.infer<typeof requestSchema>;

/** A tool call that has been answered. */
export interface AnsweredCall {
  name: string;
  args: Record<string, unknown>;
  answer: string;
}

export interface DataFile {
  path: string;
  columns: string[];
}

/** The content of the messages that a rehearsed agent acts on. */
export interface Conversation {
  agent: string;
  /** The task's name, or null for the manager's assignment and for a co-worker's question. */
  task: string | null;
  prompt: string;
  /** The text of the task, without the results of its context. */
  description: string;
  /** The tasks whose results are in the prompt. */
  context: string[];
  tools: ReadonlySet<string>;
  /** The JSON Schemas of their arguments. */
  parameters: ReadonlyMap<string, unknown>;
  /** The coworkers that the agent can ask. */
  coworkers: string[];
  /** The tables that `query_data` lists. */
  files: DataFile[];
  /** Messages with tool calls so far, and the results of the calls. */
  rounds: number;
  done: AnsweredCall[];
  /** Remarks on its earlier answers. */
  remarks: string[];
}

export function readConversation(request: Request): Conversation {
  const said = (role: string) => request.messages.find((message) => message.role === role)?.content ?? '';
  const prompt = said('user');
  const tools = new Map((request.tools ?? []).map((tool) => [tool.function.name, tool.function.description ?? '']));
  return {
    agent: /^You are ([^:\s]+):/.exec(said('system'))?.[1] ?? 'agent',
    task: /^# Task: (.+)$/m.exec(prompt)?.[1] ?? null,
    prompt,
    description: prompt.split(/^## /m)[0] ?? '',
    context: [...prompt.matchAll(/^## Result of the task (.+)$/gm)].map((match) => match[1] ?? ''),
    tools: new Set(tools.keys()),
    parameters: new Map((request.tools ?? []).map(({ function: tool }) => [tool.name, tool.parameters])),
    coworkers: [...(tools.get('ask_coworker') ?? '').matchAll(/^- ([^:\s]+):/gm)].map((match) => match[1] ?? ''),
    files: filesIn(tools.get('query_data') ?? ''),
    rounds: request.messages.filter((message) => message.tool_calls !== undefined).length,
    done: doneIn(request),
    remarks: request.messages
      .filter(({ role }) => role === 'user')
      .slice(1)
      .map(({ content }) => content ?? ''),
  };
}

function filesIn(description: string): DataFile[] {
  return [...description.matchAll(/^- (\S+)(?: \((.+)\))?$/gm)].map(([, path = '', columns]) => ({
    path,
    columns: columns?.split(', ') ?? [],
  }));
}

function doneIn({ messages }: Request): AnsweredCall[] {
  const answers = new Map(
    messages.flatMap((message) => (message.tool_call_id ? [[message.tool_call_id, message.content ?? '']] : [])),
  );
  return messages.flatMap((message) =>
    (message.tool_calls ?? []).map(({ id, function: call }) => ({
      name: call.name,
      args: argumentsOf(call.arguments),
      answer: answers.get(id) ?? '',
    })),
  );
}

function argumentsOf(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
