import type { Message } from '../../shared/slot/message.ts';
import { fitFairly } from '../../shared/slot/shorten.ts';
import { countImages, tokensPerImage } from '../../shared/slot/tokens.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';

/** A number of characters that fits into one token in texts of most languages. */
const CHARACTERS_PER_TOKEN = 3;
/** The share of the window that is reserved for the answer if `max_tokens` is not set. */
const SHARE_FOR_ANSWER = 0.25;

export interface FittedConversation {
  messages: readonly Message[];
  /** Characters that were left out of tool answers and quoted results; 0 if the conversation is complete. */
  removed: number;
}

/** Returns the maximum number of characters of an agent's conversation; null if the window of its model is unknown. */
export function roomOf({ model: { context_window: window, max_tokens: most } }: TurnAgent): number | null {
  if (window === undefined) return null;
  const answer = Math.min(most ?? window * SHARE_FOR_ANSWER, window / 2);
  return charactersOf(window - answer);
}

/** Returns the number of characters that fit into a window of this number of tokens. */
export function charactersOf(tokens: number): number {
  return Math.floor(tokens * CHARACTERS_PER_TOKEN);
}

/** Returns the number of characters of all texts of a conversation. */
export function sizeOf(messages: readonly Message[]): number {
  return messages.reduce((total, message) => total + sizeOfMessage(message), 0);
}

/**
 * Shortens tool answers, and the texts that the prompt quotes, until the conversation has at most `room` characters.
 * The largest are shortened first, to one common length. Instructions and the agent's own answers are never shortened,
 * so that the result may still be larger.
 * @param quoted where the prompt, the second message, quotes other texts
 */
export function fitConversation(
  messages: readonly Message[],
  quoted: TurnSubmission['quoted'],
  room: number | null,
): FittedConversation {
  if (room === null || sizeOf(messages) <= room) return { messages, removed: 0 };
  const pieces = messages.flatMap((message, index) => piecesOf(message, index === PROMPT ? quoted : undefined));
  const flexible = pieces.filter(({ isFlexible }) => isFlexible);
  const fixed = sizeOf(messages) - flexible.reduce((total, { text }) => total + text.length, 0);
  const fitted = fitFairly(
    flexible.map(({ text }) => text),
    Math.max(0, room - fixed),
  );
  const texts = new Map(flexible.map((piece, index) => [piece, fitted[index]?.text ?? piece.text]));
  const contents = new Map<Message, string>();
  for (const piece of pieces) contents.set(piece.of, (contents.get(piece.of) ?? '') + (texts.get(piece) ?? piece.text));
  return {
    messages: messages.map((message) => withContent(message, contents.get(message))),
    removed: fitted.reduce((total, { removed }) => total + removed, 0),
  };
}

/** The index of the prompt: it follows the system prompt. */
const PROMPT = 1;

interface Piece {
  of: Message;
  text: string;
  /** The text may be shortened. */
  isFlexible: boolean;
}

/** Returns the text of a message in pieces; none for an answer of the agent, which is never shortened. */
function piecesOf(of: Message, quoted: TurnSubmission['quoted'] = []): Piece[] {
  if (of.role === 'assistant') return [];
  if (of.role === 'tool') return [{ of, text: of.content, isFlexible: true }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, end] of quoted) {
    pieces.push({ of, text: of.content.slice(at, start), isFlexible: false });
    pieces.push({ of, text: of.content.slice(start, end), isFlexible: true });
    at = end;
  }
  return [...pieces, { of, text: of.content.slice(at), isFlexible: false }];
}

function withContent(message: Message, content: string | undefined): Message {
  return content === undefined || message.role === 'assistant' ? message : { ...message, content };
}

function sizeOfMessage(message: Message): number {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const ofCalls = calls.reduce((total, { function: f }) => total + f.name.length + f.arguments.length, 0);
  return (message.content?.length ?? 0) + ofCalls + charactersOf(countImages([message]) * tokensPerImage);
}
