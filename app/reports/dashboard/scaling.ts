import { gotThrough } from '../figures/counts.ts';
import type { PredictionFigures } from '../figures/prediction.ts';
import type { Figures } from '../figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../format.ts';
import { blocks, bullets, inline, table } from '../markdown.ts';
import { titlesOf } from '../words.ts';

export function scalingTable({ scaling, slots }: Figures): string {
  const one = scaling.points.find((point) => point.slots === 1)?.makespanMs ?? 0;
  const rows = scaling.points.map((point) => {
    const marks = [
      ...(point.slots === slots ? ['this run'] : []),
      ...(point.slots === scaling.knee ? ['knee'] : []),
      ...(point.slots === scaling.recommended ? ['recommended'] : []),
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

export function scalingLines({ outcome, scaling, slots, time }: Figures): string[] {
  const perHour = time.perSecond === null ? null : time.perSecond * 3600;
  return [
    `Simulated from the measured durations, as if other numbers of slots changed nothing else.${gotThrough(outcome) ? '' : ' Only what ran is in it: the run did not get through.'}`,
    `**Throughput of This Run:** ${perHour === null ? 'none' : `${formatNumber(perHour)} tasks/hour`}`,
    `**Knee:** ${countOf(scaling.knee, 'slot')}; doubling them saves under 10%.`,
    `**Recommended:** ${countOf(scaling.recommended, 'slot')}${scaling.recommended === slots ? ', as in this run' : ` where this run had ${formatNumber(slots)}`}.`,
  ];
}

/** Predicted against actual, for the run and for its tasks. */
export function predictionText(figures: Figures): string {
  const { prediction } = figures;
  return blocks(bullets(runLines(prediction)), taskLines(figures));
}

function runLines({ makespanMs, actualMs, differenceMs, reasons, firstDispatchMs }: PredictionFigures): string[] {
  if (makespanMs === null || differenceMs === null) {
    return [
      '**Predicted Makespan:** unknown, since the length of a task was neither estimated nor known from earlier runs',
    ];
  }
  const share = makespanMs === 0 ? '' : ` (${signed(differenceMs / makespanMs, formatPercent)})`;
  return [
    `**Predicted Makespan:** ${formatDuration(makespanMs)}`,
    `**Actual Makespan:** ${formatDuration(actualMs)}, ${signed(differenceMs, formatDuration)}${share}`,
    ...reasons
      .filter(({ ms }) => ms !== 0)
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
    case 'overheads': {
      const start = firstDispatchMs === null ? '' : ` (the first turn started at ${formatDuration(firstDispatchMs)})`;
      return `from all that a simulation leaves out: starting the slots${start}, handing tasks over, changes of the number of slots`;
    }
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
