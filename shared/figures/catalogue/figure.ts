import type { MeasuredFigures } from '../figures.ts';

/** What a figure is counted in. `ms` is written to JSON as seconds. */
export type Unit = 'count' | 'ms' | 'percent' | 'fraction' | 'turns' | 'tasks_per_second' | 'usd' | 'names';

/** How names and titles of the crew are written: as Markdown in reports, unchanged in the window and the terminal. */
export interface TextStyle {
  code: (name: string) => string;
  inline: (title: string) => string;
}

export const PLAIN_TEXT: TextStyle = { code: (name) => name, inline: (title) => title };

interface FigureSpec<Value, Json extends string> {
  /** Identifies the figure in tests and links. */
  key: string;
  /** In sentence case. Reports write it as a headline. */
  label: string;
  unit: Unit;
  /** One sentence, which the reports list at the end and the window shows on hover. */
  definition: string;
  value: (figures: MeasuredFigures) => Value;
  /** The value as every surface shows it. */
  format: (value: Value, figures: MeasuredFigures, style: TextStyle) => string;
  /** Text that only reports add to the value. */
  detail?: (figures: MeasuredFigures, style: TextStyle) => string;
  /** Whether the figure is shown. Default: always. */
  isShown?: (figures: MeasuredFigures) => boolean;
  /** Set if the window draws the figure instead of writing it. */
  isDrawnInWindow?: true;
  /** The key in `run.json` and in the output of `--json`. `key?`: it is absent while the figure is not shown. */
  json?: Json;
}

/** A figure of a run, with its value as text. */
export interface Figure<Value = unknown, Json extends string = string>
  extends Pick<FigureSpec<Value, Json>, 'key' | 'label' | 'unit' | 'definition' | 'isDrawnInWindow'> {
  json: Json | null;
  value: (figures: MeasuredFigures) => Value;
  isShown: (figures: MeasuredFigures) => boolean;
  /** The value as every surface shows it. */
  text: (figures: MeasuredFigures, style: TextStyle) => string;
  /** Text that only reports add; empty for most figures. */
  detail: (figures: MeasuredFigures, style: TextStyle) => string;
}

/** Completes the description of a figure with defaults. */
export function figure<Value, const Json extends string = never>(spec: FigureSpec<Value, Json>): Figure<Value, Json> {
  const { value, format, detail = () => '', isShown = () => true, json = null, ...rest } = spec;
  return { ...rest, json, value, isShown, detail, text: (figures, style) => format(value(figures), figures, style) };
}

/** Formats a figure that some runs do not have. */
export function orNone(format: (value: number) => string): (value: number | null) => string {
  return (value) => (value === null ? 'none, since nothing ran' : format(value));
}

const SMALL_WORDS = new Set(['a', 'an', 'and', 'by', 'for', 'from', 'of', 'the', 'to', 'with']);

/** Returns a label in title case, as reports write it: `Reviews by a person` becomes `Reviews by a Person`. */
export function headline(label: string): string {
  return label
    .split(' ')
    .map((word, at) => (at > 0 && SMALL_WORDS.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
}
