import { PLAIN_TEXT } from '../../shared/figures/catalogue/figure.ts';
import type { Figures, MeasuredFigures } from '../../shared/figures/figures.ts';
import { titlesOf } from '../../shared/figures/labels.ts';
import { slowText } from '../../shared/figures/why-slow/slow-text.ts';
import { whySlow } from '../../shared/figures/why-slow/why-slow.ts';
import { stripControlCharacters } from './text.ts';

/**
 * The part of the closing text on why a run took as long as it did; empty if nothing ran. `simulated`: null if the run
 * was not simulated.
 */
export function whyText(figures: MeasuredFigures, simulated: Figures | null): string {
  const titles = titlesOf(figures);
  const lines = whySlow({ ...figures, simulated }).map((reason) =>
    stripControlCharacters(slowText(reason, figures.time.makespanMs, titles, PLAIN_TEXT)),
  );
  return lines.length === 0 ? '' : `\nWhy it took this long\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
