import { finishedSuccessfully } from '../../../shared/figures/counts.ts';
import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent, listOf } from '../../../shared/figures/format.ts';
import { bottleneckText, savingText, titlesOf } from '../../../shared/figures/labels.ts';
import { savedBySlots, slotsAdvised } from '../../../shared/figures/scaling-advice.ts';
import { MARKDOWN } from '../figure-lines.ts';
import { blocks, code, inline, table } from '../markdown.ts';

const RANKED_SHOWN = 12;
/** A saving below this share of the makespan is not worth a recommendation. */
const WORTHWHILE_SHARE = 0.03;

/** Lists what each limit cost, the largest saving first. */
export function bottleneckTable(figures: Figures): string {
  const { baseMs, isComparable, makespanMs, tried } = figures.bottlenecks;
  const ranked = figures.bottlenecks.ranked.filter(({ savesMs }) => isShown(savesMs));
  if (!isComparable)
    return `The simulation of this run takes ${formatDuration(baseMs)}, and the run took ${formatDuration(makespanMs)}. The two differ by more than 5%, so no savings are derived from it.`;
  const titles = titlesOf(figures);
  const found = ranked.length === 0 ? 'none would save time' : `${formatNumber(ranked.length)} of them would save time`;
  const how = `The measured run was simulated again without one limit at a time: ${countOf(tried, 'change')} tried, ${found}.`;
  if (ranked.length === 0) return how;
  const rows = ranked
    .slice(0, RANKED_SHOWN)
    .map((found, at) => [
      String(at + 1),
      bottleneckText(found, titles, MARKDOWN),
      formatDuration(found.savesMs),
      formatPercent(makespanMs === 0 ? 0 : found.savesMs / makespanMs),
      formatDuration(makespanMs - found.savesMs),
    ]);
  return blocks(how, table(['', 'Change', 'Saves', 'Share', 'Makespan Then'], rows, [0, 2, 3, 4]));
}

/** Whether a saving is not written as 0.00 s. */
export function isShown(savesMs: number): boolean {
  return formatDuration(savesMs) !== formatDuration(0);
}

/** Returns advice, each with the figure behind it, or that no change is worthwhile. */
export function recommendations(figures: Figures): string[] {
  const repairs = [...failureAdvice(figures), ...lengthAdvice(figures), ...poolAdvice(figures)];
  if (!finishedSuccessfully(figures.outcome)) {
    const why = `**No advice on speed:** ${formatNumber(figures.counts.completed)} of ${countOf(figures.counts.total, 'task')} completed, too few to assess what slows the crew down.`;
    return [...repairs, why];
  }
  const advice = figures.bottlenecks.isComparable ? [...bottleneckAdvice(figures), ...slotAdvice(figures)] : [];
  const found = [...repairs, ...advice];
  if (found.length > 0) return found;
  if (!figures.bottlenecks.isComparable)
    return ['**No advice on speed:** the simulation of this run differs from it by more than 5%.'];
  return [
    `**No change:** ${efficiencyText(figures)}none of the changes that were tried would save ${formatPercent(WORTHWHILE_SHARE)} or more.`,
  ];
}

function efficiencyText({ time: { efficiency } }: Figures): string {
  return efficiency === null ? '' : `the schedule reached ${formatPercent(efficiency)} of its lower bound, and `;
}

function failureAdvice({ tasks }: Figures): string[] {
  return tasks
    .filter((task) => task.status === 'failed')
    .slice(0, 5)
    .map(
      ({ title, error }) =>
        `**Repair ${inline(title)}:** it failed (${code(error?.kind ?? 'unknown')}): ${inline(error?.message ?? '')}`,
    );
}

function lengthAdvice({ tasks }: Figures): string[] {
  return tasks
    .filter((task) => task.cutAtLength)
    .slice(0, 5)
    .map(
      ({ title, agent }) =>
        `**Raise ${code('max_tokens')} of ${code(agent ?? 'its agent')}:** the answer of ${inline(title)} was truncated and ends in the middle.`,
    );
}

/**
 * Returns the best changes that are worthwhile. Advice on slots comes from `slotAdvice` if that recommends a number.
 */
function bottleneckAdvice(figures: Figures): string[] {
  const { makespanMs } = figures.time;
  const titles = titlesOf(figures);
  const isMoreAdvised = slotsAdvised(figures.scaling, figures.slots) === 'more';
  return worthwhile(figures)
    .filter(({ kind }) => kind !== 'slots' || !isMoreAdvised)
    .slice(0, 3)
    .map((found) => {
      const saving = `would save ${savingText(found.savesMs, makespanMs)}.`;
      const what = bottleneckText(found, titles, MARKDOWN);
      return found.kind === 'task' ? `**Shorten the critical path:** ${what} ${saving}` : `**${what}:** this ${saving}`;
    });
}

function worthwhile({ bottlenecks, time: { makespanMs } }: Figures): Figures['bottlenecks']['ranked'] {
  return bottlenecks.ranked.filter(({ savesMs }) => savesMs >= makespanMs * WORTHWHILE_SHARE && isShown(savesMs));
}

/**
 * Returns the recommended number of slots if another number is better: never fewer slots if one more would save time.
 */
function slotAdvice(figures: Figures): string[] {
  const { scaling, slots, slotMemoryMib } = figures;
  const { makespanMs } = figures.time;
  switch (slotsAdvised(scaling, slots)) {
    case 'same':
      return [];
    case 'fewer':
      if (worthwhile(figures).some(({ kind }) => kind === 'slots')) return [];
      return [
        `**Fewer slots are enough:** ${countOf(scaling.recommended, 'slot')} would take as long as ${formatNumber(slots)}, with ${countOf(slots - scaling.recommended, 'fewer process', 'fewer processes')}, each of up to ${formatNumber(slotMemoryMib)} MiB.`,
      ];
    case 'more':
      return [
        `**More slots:** ${countOf(scaling.recommended, 'slot')} in place of ${formatNumber(slots)} would save ${savingText(savedBySlots(scaling, slots), makespanMs)}.`,
      ];
  }
}

function poolAdvice({ pools }: Figures): string[] {
  return pools
    .filter((pool) => pool.timeouts > 0 || pool.reclaimed > 0)
    .map(
      (pool) =>
        `**Look at ${code(pool.pool)}:** ${listOf([
          ...(pool.timeouts > 0 ? [`${countOf(pool.timeouts, 'wait')} for it timed out`] : []),
          ...(pool.reclaimed > 0
            ? [
                `${countOf(pool.reclaimed, 'lease')} had to be reclaimed because no agent released ${pool.reclaimed === 1 ? 'it' : 'them'}`,
              ]
            : []),
        ])}.`,
    );
}
