import type { Message } from '../../shared/slot/message.ts';
import { charactersPerToken } from '../../shared/slot/tokens.ts';

/** A prompt counts as cut only if the provider counted less than this share of it: estimates are rough. */
const CLEARLY_LESS = 0.5;
/** Below this number of uncounted tokens, an estimate proves nothing. */
const LEAST_UNCOUNTED = 1000;

/**
 * Estimates the tokens of a prompt that the provider did not count. Null unless they are most of a long prompt. A server
 * that cuts long prompts without an error (Ollama does) counts only what it kept.
 * @param counted prompt tokens as the provider reported them; 0 means that it does not count
 */
export function uncountedTokens(messages: readonly Message[], counted: number): number | null {
  const characters = messages.reduce((total, { content }) => total + withoutRuns(content ?? '').length, 0);
  const sent = Math.floor(characters / charactersPerToken);
  const isCut = counted > 0 && counted < sent * CLEARLY_LESS && sent - counted >= LEAST_UNCOUNTED;
  return isCut ? sent - counted : null;
}

/** A long run of one character, such as spaces or dashes, may be a single token. */
function withoutRuns(text: string): string {
  return text.replaceAll(/(.)\1{3,}/gsu, '$1');
}
