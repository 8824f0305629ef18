import { RUN_FIGURES } from '../../shared/figures/catalogue/catalogue.ts';
import { type Figure, headline, type TextStyle } from '../../shared/figures/catalogue/figure.ts';
import { TERMS } from '../../shared/figures/catalogue/terms.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import { code, inline } from './markdown.ts';

/** The style of reports: names as code, titles escaped. */
export const MARKDOWN: TextStyle = { code, inline };

/** Returns a section of the catalogue as lines of a report: `**Time Saved:** 12.3%: an estimated …`. */
export function figureLines(section: readonly Figure[], figures: MeasuredFigures): string[] {
  return section
    .filter((figure) => figure.isShown(figures))
    .map((figure) => `${lead(figure)} ${figure.text(figures, MARKDOWN)}${figure.detail(figures, MARKDOWN)}`);
}

/** Returns the definitions of all figures and terms, one per line. */
export function definitionLines(): string[] {
  const figures: readonly { label: string; definition: string }[] = Object.values(RUN_FIGURES).flat();
  return [...figures, ...Object.values(TERMS)].map((entry) => `${lead(entry)} ${entry.definition}`);
}

function lead({ label }: { label: string }): string {
  return `**${headline(label)}:**`;
}
