import type { Message } from '../../shared/slot/message.ts';

/** Leaves out the bytes of images: those of attachments are in the workspace, those of tools in the report of the call. */
export function withoutImageData(message: Message): Message {
  if (!('images' in message) || message.images === undefined) return message;
  return { ...message, images: message.images.map(({ data: _, ...image }) => image) };
}
