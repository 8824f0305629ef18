import { type Values, valueText } from '../../shared/crew/placeholders.ts';
import { stripControlCharacters } from './text.ts';

const INPUT_CHARACTERS = 40;

/** The inputs of a row, truncated to fit a line. */
export function rowLabel(inputs: Values): string {
  const text = stripControlCharacters(
    Object.entries(inputs)
      .map(([name, value]) => `${name}=${valueText(value)}`)
      .join(' '),
  );
  const characters = [...text];
  return characters.length > INPUT_CHARACTERS ? `${characters.slice(0, INPUT_CHARACTERS - 1).join('')}…` : text;
}
