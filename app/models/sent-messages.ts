import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import { descriptorOf, readsImages } from './descriptors.ts';
import { fieldOfMessage, type Learned } from './parameters.ts';
import { withImageParts } from './sent-images.ts';

export interface SentMessages {
  messages: object[];
  /** The fields of the server that are sent back. */
  echoed: ReadonlySet<string>;
}

/**
 * Prepares messages for sending. What a server attached to an answer or a tool call is sent back, but only to the
 * provider and model that it came from. Thoughts are sent back only with tool calls: some servers refuse them elsewhere.
 */
export function sentMessages(messages: readonly Message[], access: ModelAccess, { leftOut }: Learned): SentMessages {
  const echoed = new Set<string>();
  const { withheld } = descriptorOf({ name: access.provider });
  const keep = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).filter(([name]) => {
        if (withheld.includes(name) || leftOut.has(fieldOfMessage(name))) return false;
        echoed.add(name);
        return true;
      }),
    );
  const sent = withImageParts(messages, readsImages(access)).map((message) =>
    isAnswer(message) ? answer(message, access, keep) : message,
  );
  return { messages: sent, echoed };
}

function isAnswer(message: object): message is AssistantMessage {
  return 'role' in message && message.role === 'assistant';
}

function answer(message: AssistantMessage, access: ModelAccess, keep: (fields: object) => object): object {
  const { thoughts, thoughts_field: field, extras = {}, from, tool_calls: calls, ...sent } = message;
  const isOwn = from === undefined || (from.provider === access.provider && from.model === access.model);
  const back = field !== undefined && thoughts !== undefined && calls !== undefined ? { [field]: thoughts } : {};
  return {
    ...(isOwn ? keep({ ...extras, ...back }) : {}),
    ...sent,
    ...(calls === undefined ? {} : { tool_calls: calls.map((call) => toolCall(call, isOwn ? keep : () => ({}))) }),
  };
}

function toolCall(
  { id, type, function: { name, arguments: args, ...ofFunction }, ...ofCall }: ToolCall,
  keep: (fields: object) => object,
): object {
  return { ...keep(ofCall), id, type, function: { ...keep(ofFunction), name, arguments: args } };
}

type ToolCall = NonNullable<AssistantMessage['tool_calls']>[number];
