import { fitFairly } from '../../shared/slot/shorten.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';

/** The positions in a prompt of quoted texts, which may be shortened further. */
export type QuotedSpans = NonNullable<TurnSubmission['quoted']>;

export interface QuotingPrompt {
  text: string;
  quoted: QuotedSpans;
  /** For each quoted text, in order: whether it was shortened. */
  shortened: boolean[];
}

/**
 * A prompt that quotes texts, each under its heading, between a beginning and an end. The texts are shortened fairly (the
 * longest first, to one common length) if all of them together have more than `room` characters.
 */
export function quotingPrompt(
  beginning: string,
  texts: readonly { heading: string; text: string }[],
  end: string,
  room: number,
): QuotingPrompt {
  const fitted = fitFairly(
    texts.map(({ text }) => text),
    room,
  );
  let text = beginning;
  const quoted: QuotedSpans = [];
  for (const [index, { heading }] of texts.entries()) {
    text += `\n\n${heading}\n\n`;
    const start = text.length;
    text += fitted[index]?.text ?? '';
    quoted.push([start, text.length]);
  }
  if (end !== '') text += `\n\n${end}`;
  return { text, quoted, shortened: fitted.map(({ removed }) => removed > 0) };
}
