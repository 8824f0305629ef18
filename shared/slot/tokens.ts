import type { Message } from './protocol.ts';

/** A usual length of a token, where nobody has counted. */
const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens these texts are. */
export function estimatedTokens(messages: readonly Message[]): number {
  return Math.ceil(JSON.stringify(messages).length / CHARACTERS_PER_TOKEN);
}
