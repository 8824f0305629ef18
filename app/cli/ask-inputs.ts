import { inputValue } from '../../shared/crew/input-value.ts';
import { missingInputNames } from '../../shared/crew/missing-inputs.ts';
import { joinValues, type Values } from '../../shared/crew/placeholders.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Json } from '../../shared/json.ts';
import type { Io } from './io.ts';
import { stripControlCharacters } from './text.ts';

/**
 * Prompts the person at the terminal for each input that has no value. An empty answer, or the end of the input, leaves
 * a placeholder as it is written. Without a terminal, nothing is asked. @returns the values with the answers
 */
export async function askInputs({ io, crew, values }: { io: Io; crew: Crew; values: Values }): Promise<Values> {
  const missing = missingInputNames(crew, values);
  if (io.terminal === null || missing.length === 0) return values;
  io.stderr('This crew needs inputs. Write text or JSON, or press Enter to leave a placeholder as it is.\n');
  // Nothing else can answer, so the questions are never withdrawn.
  const { signal } = new AbortController();
  const answers = new Map<string, Json>();
  for (const name of missing) {
    const answer = await io.terminal.ask(`${stripControlCharacters(name)}: `, signal);
    if (answer === null) break;
    if (answer.trim() !== '') answers.set(name, inputValue(answer));
  }
  return joinValues(values, Object.fromEntries(answers));
}
