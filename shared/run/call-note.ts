import type { EventOf } from './events.ts';

/** What was unusual about how a model was called, for people; null if nothing was. */
export function callNote({
  adjusted = [],
  last_answer,
}: Pick<EventOf<'llm.call'>, 'adjusted' | 'last_answer'>): string | null {
  const notes = [...adjusted, ...(last_answer ? ['max_iterations was reached: a last answer without tools'] : [])];
  return notes.length === 0 ? null : notes.join(', ');
}
