import type { MeasuredFigures } from '../figures.ts';
import { CONCURRENCY } from './concurrency.ts';
import { type Figure, PLAIN_TEXT } from './figure.ts';
import { OVERALL } from './overall.ts';
import { QUALITY } from './quality.ts';
import { RELIABILITY } from './reliability.ts';

/**
 * Every figure of a run with one value, by section and in display order. The window, the reports, `run.json` and the
 * command line are made from this list, so that a new figure is one entry.
 */
export const RUN_FIGURES = {
  overall: OVERALL,
  concurrency: CONCURRENCY,
  quality: QUALITY,
  reliability: RELIABILITY,
} as const;

export type Section = keyof typeof RUN_FIGURES;
type Entry = (typeof RUN_FIGURES)[Section][number];

/** A figure as text. */
export interface ShownFigure {
  key: string;
  label: string;
  text: string;
  definition: string;
}

/** Returns the figures of each section, as the window shows them. */
export function shownFigures(figures: MeasuredFigures): Record<Section, ShownFigure[]> {
  const shown = (section: readonly Figure[]): ShownFigure[] =>
    section
      .filter((figure) => figure.isShown(figures) && !figure.isDrawnInWindow)
      .map((figure) => {
        const { key, label, definition } = figure;
        return { key, label, definition, text: figure.text(figures, PLAIN_TEXT) };
      });
  return {
    overall: shown(OVERALL),
    concurrency: shown(CONCURRENCY),
    quality: shown(QUALITY),
    reliability: shown(RELIABILITY),
  };
}

type ValueOf<E> = E extends Figure<infer Value> ? Value : never;
type JsonKeyOf<E extends Entry> = Exclude<E['json'], null>;
type RequiredKey<Key extends string> = Key extends `${string}?` ? never : Key;
type OptionalKey<Key extends string> = Key extends `${infer Name}?` ? Name : never;
/** The figures that have a key in JSON, as `run --json` prints them: times are in seconds. */
export type JsonFigures = {
  [E in Entry as RequiredKey<JsonKeyOf<E>>]: ValueOf<E>;
} & {
  [E in Entry as OptionalKey<JsonKeyOf<E>>]?: ValueOf<E>;
};

/** Returns the keys and values of the figures in JSON. */
export function jsonFigures(figures: MeasuredFigures): JsonFigures {
  const entries = Object.values<readonly Figure[]>(RUN_FIGURES)
    .flat()
    .flatMap((figure): [string, unknown][] => {
      if (figure.json === null) return [];
      const isOptional = figure.json.endsWith('?');
      if (isOptional && !figure.isShown(figures)) return [];
      return [[isOptional ? figure.json.slice(0, -1) : figure.json, jsonValue(figure, figures)]];
    });
  // The keys and the types of the values are those of the entries.
  return Object.fromEntries(entries) as unknown as JsonFigures;
}

function jsonValue(figure: Figure, figures: MeasuredFigures): unknown {
  const value = figure.value(figures);
  return figure.unit === 'ms' && typeof value === 'number' ? value / 1000 : value;
}
