import type { Figures } from '../../shared/figures/figures.ts';
import { titlesOf } from '../../shared/figures/labels.ts';
import { slowText } from '../../shared/figures/why-slow/slow-text.ts';
import { whySlow } from '../../shared/figures/why-slow/why-slow.ts';
import { MARKDOWN } from './figure-lines.ts';
import { blocks, bullets } from './markdown.ts';

/** Returns the sentences on why the run took as long as it did; empty if nothing ran. */
export function whySlowText(figures: Figures): string {
  const reasons = whySlow({ ...figures, simulated: figures });
  if (reasons.length === 0) return '';
  const titles = titlesOf(figures);
  const lines = reasons.map((reason) => slowText(reason, figures.time.makespanMs, titles, MARKDOWN));
  return blocks('**Why It Took This Long**', bullets(lines));
}
