import { finishedSuccessfully } from '../../../shared/figures/counts.ts';
import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { titlesOf } from '../../../shared/figures/labels.ts';
import type { PredictionFigures } from '../../../shared/figures/prediction.ts';
import { recommendedText, slotsAdvised } from '../../../shared/figures/scaling-advice.ts';
import type { Scaling } from '../../../shared/figures/what-if.ts';
import { blocks, bullets, inline, table } from '../markdown.ts';

/** * Returns why no number of slots can be recommended; null if the run completed and the simulation is close to it. */
function notRecommended({ outcome, counts, bottlenecks }: Figures): string | null {
  if (!finishedSuccessfully(outcome))
    return `only ${formatNumber(counts.completed)} of ${countOf(counts.total, 'task')} completed`;
  return bottlenecks.isComparable ? null : 'the simulation of this run differs from it by more than 5%';
}

/** Returns the line on the recommended number of slots. */
export function recommendedLine(figures: Figures): string {
  const why = notRecommended(figures);
  const { scaling, slots } = figures;
  return `**Recommended:** ${why === null ? recommendedText(scaling, slots) : `not assessed, because ${why}`}.`;
}

function advisedSlots(scaling: Scaling, slots: number): number {
  return slotsAdvised(scaling, slots) === 'same' ? slots : scaling.recommended;
}

export function scalingTable(figures: Figures): string {
  const { scaling, slots } = figures;
  const advised = notRecommended(figures) === null ? advisedSlots(scaling, slots) : null;
  const one = scaling.points.find((point) => point.slots === 1)?.makespanMs ?? 0;
  const rows = scaling.points.map((point) => {
    const marks = [
      ...(point.slots === slots ? ['slots of this run'] : []),
      ...(point.slots === scaling.knee ? ['knee'] : []),
      ...(point.slots === advised ? ['recommended'] : []),
    ];
    return [
      formatNumber(point.slots),
      formatDuration(point.makespanMs),
      point.makespanMs === 0 ? '' : `${formatNumber(one / point.makespanMs, 2)}×`,
      marks.join(', '),
    ];
  });
  return table(['Slots', 'Makespan', 'Speed', ''], rows, [0, 1, 2]);
}

export function scalingLines(figures: Figures): string[] {
  const { outcome, scaling, time } = figures;
  const perHour = time.perSecond === null ? null : time.perSecond * 3600;
  return [
    `Simulated from the measured durations, as if the number of slots changed nothing else.${finishedSuccessfully(outcome) ? '' : ' Only tasks that ran are included, because the run did not complete.'}`,
    `**Tasks per Hour of This Run:** ${perHour === null ? 'none' : formatNumber(perHour)}`,
    `**Knee:** ${countOf(scaling.knee, 'slot')}. Doubling this number saves less than 10%.`,
    recommendedLine(figures),
  ];
}

/** Compares predicted and actual times, for the run and for its tasks. */
export function predictionText(figures: Figures): string {
  const { prediction } = figures;
  return blocks(bullets(runLines(prediction)), taskLines(figures));
}

function runLines({ makespanMs, actualMs, differenceMs, reasons, firstDispatchMs }: PredictionFigures): string[] {
  if (makespanMs === null || differenceMs === null) {
    return ['**Predicted Makespan:** unknown, because at least one task has neither an estimate nor an earlier run'];
  }
  const share = makespanMs === 0 ? '' : ` (${signed(differenceMs / makespanMs, formatPercent)})`;
  return [
    `**Predicted Makespan:** ${formatDuration(makespanMs)}`,
    `**Actual Makespan:** ${formatDuration(actualMs)}, ${signed(differenceMs, formatDuration)}${share}`,
    ...reasons
      .filter(({ ms }) => formatDuration(Math.abs(ms)) !== formatDuration(0))
      .map(({ what, ms }) => `${signed(ms, formatDuration)} ${reasonText(what, ms, firstDispatchMs)}`),
  ];
}

function reasonText(
  what: PredictionFigures['reasons'][number]['what'],
  ms: number,
  firstDispatchMs: number | null,
): string {
  switch (what) {
    case 'lengths':
      return `because the tasks took ${ms < 0 ? 'less' : 'more'} time than estimated`;
    case 'failures':
      return 'from failed attempts and forced waits';
    case 'start_up': {
      const start = firstDispatchMs === null ? '' : ` (the first turn started at ${formatDuration(firstDispatchMs)})`;
      return `from slot start-up${start}`;
    }
    case 'slots':
      return 'from changes of the number of slots';
    case 'overheads':
      return 'from what a simulation leaves out, such as dispatching tasks';
  }
}

const PREDICTIONS_SHOWN = 100;

function taskLines(figures: Figures): string {
  const titles = titlesOf(figures);
  const known = figures.prediction.tasks.filter((task) => task.estimateMs !== null);
  if (known.length === 0) return '';
  const rows = known
    .slice(0, PREDICTIONS_SHOWN)
    .map((task) => [
      inline(titles.get(task.task) ?? task.task),
      task.estimateFrom.replace('estimate_s', 'file'),
      formatDuration(task.estimateMs ?? 0),
      formatDuration(task.busyMs),
      signed(task.busyMs - (task.estimateMs ?? 0), formatDuration),
      task.predictedEndMs === null ? 'unknown' : formatDuration(task.predictedEndMs),
      task.endedMs === null ? 'not ended' : formatDuration(task.endedMs),
    ]);
  const head = ['Task', 'Estimate From', 'Estimated', 'Busy', 'Difference', 'Predicted End', 'Actual End'];
  const left = known.length - rows.length;
  return blocks(
    table(head, rows, [2, 3, 4, 5, 6]),
    left > 0 ? `${countOf(left, 'further task')} in \`run.json\`.` : '',
  );
}

function signed(value: number, format: (value: number) => string): string {
  const text = format(value);
  return value > 0 ? `+${text}` : text.replace(/^-/, '−');
}
