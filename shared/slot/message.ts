import { z } from 'zod';
import { imageSchema } from './image.ts';

/** Fields of a server that Crewlane does not know. They are sent back to the model that they came from. */
const unknownFields = z.record(z.string(), z.json());
/** Images that belong to a text. A model that accepts images gets them after the text. */
export const images = z.array(imageSchema).optional();

/**
 * A message of a conversation with a model, as OpenAI-compatible servers accept it, with the thoughts of the model. An
 * answer and its tool calls keep what a server attached to them, such as signatures.
 */
export const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string(), images }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z
      .array(
        z
          .object({
            id: z.string(),
            type: z.literal('function'),
            function: z.object({ name: z.string(), arguments: z.string() }).catchall(z.json()),
          })
          .catchall(z.json()),
      )
      .optional(),
    /** The thoughts of the model. They are recorded, but are not part of the answer. */
    thoughts: z.string().optional(),
    /** The field that the server sent the thoughts in. It is sent back together with tool calls. */
    thoughts_field: z.enum(['reasoning_content', 'reasoning']).optional(),
    /** Fields of the message that Crewlane does not know. */
    extras: unknownFields.optional(),
    /** The model that gave the answer. Only it receives the extras and the thoughts again. */
    from: z.object({ provider: z.string(), model: z.string() }).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string(), images }),
]);
export type Message = z.infer<typeof messageSchema>;
export type AssistantMessage = Extract<Message, { role: 'assistant' }>;
export type ToolMessage = Extract<Message, { role: 'tool' }>;
