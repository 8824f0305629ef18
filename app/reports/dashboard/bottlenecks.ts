import { gotThrough } from '../figures/counts.ts';
import type { Figures } from '../figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../format.ts';
import { blocks, code, inline, table } from '../markdown.ts';
import { bottleneckText, titlesOf } from '../words.ts';

const RANKED_SHOWN = 12;
/** A saving below this share of the makespan is not worth a recommendation. */
const WORTH_SAYING = 0.03;

/** What each limit cost, the most first. */
export function bottleneckTable(figures: Figures): string {
  const { baseMs, tried, ranked } = figures.bottlenecks;
  const titles = titlesOf(figures);
  const how = `Found by simulating the measured run (${formatDuration(baseMs)}) once more without each limit: ${countOf(tried, 'change')} tried, ${formatNumber(ranked.length)} of them would have saved time.`;
  if (ranked.length === 0) return how;
  const rows = ranked
    .slice(0, RANKED_SHOWN)
    .map((found, at) => [
      String(at + 1),
      bottleneckText(found, titles),
      formatDuration(found.savesMs),
      formatPercent(baseMs === 0 ? 0 : found.savesMs / baseMs),
      formatDuration(found.makespanMs),
    ]);
  return blocks(how, table(['', 'Change', 'Saves', 'Share', 'Makespan Then'], rows, [0, 2, 3, 4]));
}

/** Advice, each with the figure behind it. Where nothing is worth changing it says that. */
export function recommendations(figures: Figures): string[] {
  const repairs = [...failureAdvice(figures), ...lengthAdvice(figures), ...poolAdvice(figures)];
  if (!gotThrough(figures.outcome)) {
    const why = `**Leave speed for later:** ${formatNumber(figures.counts.completed)} of ${countOf(figures.counts.total, 'task')} completed, too little of the crew to say what slows it down.`;
    return [...repairs, why];
  }
  const found = [...repairs, ...bottleneckAdvice(figures), ...slotAdvice(figures)];
  if (found.length > 0) return found;
  return [
    `Nothing: the schedule reached ${formatPercent(figures.time.efficiency ?? 1)} of its lower bound, and no single change that was tried would save ${formatPercent(WORTH_SAYING)} or more.`,
  ];
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
        `**Raise ${code('max_tokens')} of ${code(agent ?? 'its agent')}:** the answer of ${inline(title)} was cut at its length, and ends in the middle`,
    );
}

function bottleneckAdvice(figures: Figures): string[] {
  const { baseMs, ranked } = figures.bottlenecks;
  const titles = titlesOf(figures);
  return ranked
    .filter((found) => found.savesMs >= baseMs * WORTH_SAYING)
    .slice(0, 3)
    .map((found) => {
      const saving = `would bring the makespan from ${formatDuration(baseMs)} to ${formatDuration(found.makespanMs)}, ${formatPercent(found.savesMs / baseMs)} less.`;
      const what = bottleneckText(found, titles);
      return found.kind === 'task' ? `**Shorten the critical path:** ${what} ${saving}` : `**${what}:** it ${saving}`;
    });
}

/** Auto-scaling: how many slots to keep, and why. */
function slotAdvice({ scaling, slots }: Figures): string[] {
  const { recommended, points } = scaling;
  const at = (count: number) => points.find((point) => point.slots === count)?.makespanMs ?? 0;
  if (recommended < slots) {
    return [
      `**Fewer slots do:** ${countOf(recommended, 'slot')} would take ${formatDuration(at(recommended))} where ${formatNumber(slots)} take ${formatDuration(at(slots))}; above that a doubling saves under 10%.`,
    ];
  }
  if (recommended > slots) {
    return [
      `**More slots:** ${countOf(recommended, 'slot')} would take ${formatDuration(at(recommended))} where ${formatNumber(slots)} take ${formatDuration(at(slots))}.`,
    ];
  }
  return [];
}

function poolAdvice({ pools }: Figures): string[] {
  return pools
    .filter((pool) => pool.timeouts > 0 || pool.reclaimed > 0)
    .map(
      (pool) =>
        `**Look at ${code(pool.pool)}:** ${countOf(pool.timeouts, 'wait')} for it timed out, ${countOf(pool.reclaimed, 'lease')} had to be taken back because the agent did not release ${pool.reclaimed === 1 ? 'it' : 'them'}.`,
    );
}
