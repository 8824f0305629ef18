import type { Message } from './protocol.ts';

/** The usual number of characters in a token, for estimates. */
export const charactersPerToken = 4;

/** Estimates the number of tokens in these messages. */
export function estimatedTokens(messages: readonly Message[]): number {
  return Math.ceil(JSON.stringify(messages).length / charactersPerToken);
}
