import type { Message } from './message.ts';

/** The usual number of characters in a token, for estimates. */
export const charactersPerToken = 4;

/** The usual number of tokens in an image, for estimates. */
export const tokensPerImage = 1000;

/** Estimates the number of tokens in these messages, and in the descriptions of the tools that are sent with them. */
export function estimatedTokens(messages: readonly Message[], tools: readonly object[] = []): number {
  const images = countImages(messages);
  const text = JSON.stringify(images === 0 ? messages : messages.map(withoutImages));
  const ofTools = tools.length === 0 ? 0 : JSON.stringify(tools).length;
  return Math.ceil((text.length + ofTools) / charactersPerToken) + images * tokensPerImage;
}

function withoutImages(message: Message): Message {
  return 'images' in message ? { ...message, images: undefined } : message;
}

/** Returns the number of images in these messages. */
export function countImages(messages: readonly Message[]): number {
  return messages.reduce((total, message) => total + ('images' in message ? (message.images?.length ?? 0) : 0), 0);
}
