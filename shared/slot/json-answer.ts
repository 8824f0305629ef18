import { parseJson } from '../parse-json.ts';

/** Limits the search in a text with many brackets and fences. */
const MAX_SEARCHED_CHARACTERS = 4_000_000;
const MAX_FENCE_LINES = 1000;

/**
 * The position of a JSON value in an answer. A fence around the whole answer does not count as text around the value.
 */
type Position = 'whole' | 'fence' | 'lines' | 'sentence';

/** A JSON value that was found in an answer. */
export interface JsonFound {
  value: unknown;
  /** The text of the value, without the text around it. */
  text: string;
  /** Which value was used and what was removed, for people; null if the answer is only the value. */
  note: string | null;
}

interface Candidate {
  value: unknown;
  text: string;
  position: Position;
  isRepaired: boolean;
}

/**
 * Returns the JSON value in a model's answer: the whole answer, else a value in a fenced block, on separate lines, or
 * an object within a sentence. The last of several values that `fits` counts; later text corrects earlier text.
 * Trailing commas are removed, and nothing else is repaired. Null if no value fits.
 * @param fits whether a value can be the requested one
 */
export function findJson(answer: string, fits: (value: unknown) => boolean): JsonFound | null {
  const whole = candidateOf(answer.trim(), 'whole');
  if (whole) return fits(whole.value) ? { ...whole, note: noteOf(whole, 1) } : null;
  const fitting = candidatesIn(answer.trim()).filter(({ value }) => fits(value));
  const last = fitting.at(-1);
  return last ? { value: last.value, text: last.text, note: noteOf(last, fitting.length) } : null;
}

/**
 * Returns the JSON value of an answer whose form is unknown. A value within a sentence does not count, as it may be a
 * quotation.
 */
export function findAnyJson(answer: string): JsonFound | null {
  const whole = candidateOf(answer.trim(), 'whole');
  const found = whole ? [whole] : candidatesIn(answer.trim()).filter(({ position }) => position !== 'sentence');
  const last = found.at(-1);
  return last ? { value: last.value, text: last.text, note: noteOf(last, found.length) } : null;
}

function noteOf({ position, isRepaired }: Candidate, fitting: number): string | null {
  const notes = [
    ...(position === 'whole' ? [] : ['text around the JSON was removed']),
    ...(fitting > 1 ? [`the last of ${fitting} JSON values was used`] : []),
    ...(isRepaired ? ['trailing commas were removed'] : []),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}

/** Returns the values of a text in order. A value in a block is not searched for other values. */
function candidatesIn(answer: string): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  for (const { start, end, candidate } of fencesIn(answer)) {
    found.push(...valuesAmongWords(answer.slice(at, start)), candidate);
    at = end;
  }
  return [...found, ...valuesAmongWords(answer.slice(at))];
}

interface Fence {
  start: number;
  end: number;
  candidate: Candidate;
}

/**
 * Returns the fenced Markdown blocks that contain a value, also inside other blocks. An unclosed block ends with the
 * text.
 */
function fencesIn(text: string): Fence[] {
  const lines = [...text.matchAll(/^[ \t]*(`{3,}|~{3,})([^\n]*)(?:\n|$)/gm)].slice(-MAX_FENCE_LINES);
  const fences: Fence[] = [];
  let searched = 0;
  lines.forEach((opening, index) => {
    const start = opening.index;
    if (start < (fences.at(-1)?.end ?? 0) || searched > MAX_SEARCHED_CHARACTERS) return;
    const mark = opening[1] ?? '';
    const closing = lines.find(
      ([, other = '', rest = ''], at) => at > index && other.startsWith(mark) && rest.trim() === '',
    );
    const content = text.slice(start + opening[0].length, closing?.index ?? text.length);
    searched += content.length;
    const end = closing ? closing.index + closing[0].length : text.length;
    const isAll = start === 0 && end === text.length;
    const candidate = candidateOf(content.trim(), isAll ? 'whole' : 'fence');
    if (candidate) fences.push({ start, end, candidate });
  });
  return fences;
}

/**
 * Returns objects and arrays between other text. An array within a sentence is more often a citation than an answer.
 */
function valuesAmongWords(text: string): Candidate[] {
  const found: Candidate[] = [];
  let searched = 0;
  for (let at = nextBracket(text, 0); at !== -1 && searched < MAX_SEARCHED_CHARACTERS; ) {
    const end = endOfValue(text, at);
    searched += (end ?? text.length) - at;
    const candidate = end === null ? null : candidateOf(text.slice(at, end), positionOf(text, at, end));
    const counts = candidate !== null && !(candidate.position === 'sentence' && Array.isArray(candidate.value));
    if (counts) found.push(candidate);
    at = nextBracket(text, candidate !== null && end !== null ? end : at + 1);
  }
  return found;
}

function nextBracket(text: string, from: number): number {
  const at = text.slice(from).search(/[{[]/);
  return at < 0 ? -1 : from + at;
}

/** Returns the end of the value that begins with a bracket, or null. */
function endOfValue(text: string, start: number): number | null {
  const token = /"(?:\\.|[^"\\])*"|[{}[\]]/gs;
  token.lastIndex = start;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [bracket] = found;
    if (bracket === '{' || bracket === '[') depth += 1;
    else if (bracket === '}' || bracket === ']') depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return null;
}

function positionOf(text: string, start: number, end: number): Position {
  let before = start - 1;
  while (isBlank(text[before])) before -= 1;
  let after = end;
  while (isBlank(text[after])) after += 1;
  const isLines = isLineEnd(text[before]) && isLineEnd(text[after]);
  return isLines ? 'lines' : 'sentence';
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}

function isLineEnd(character: string | undefined): boolean {
  return character === undefined || character === '\n';
}

function candidateOf(text: string, position: Position): Candidate | null {
  const value = parseJson(text);
  if (value !== undefined) return { value, text, position, isRepaired: false };
  const repaired = withoutTrailingCommas(text);
  const again = repaired === text ? undefined : parseJson(repaired);
  return again === undefined ? null : { value: again, text: repaired, position, isRepaired: true };
}

function withoutTrailingCommas(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|(?<![[{,]\s*),(\s*[}\]])/gs, (match, end?: string) => end ?? match);
}
