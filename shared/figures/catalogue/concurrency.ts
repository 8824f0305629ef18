import { apportion } from '../../run/apportion.ts';
import { slotsText } from '../conditions-text.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../format.ts';
import { timeSavedDetail, timeSavedShare } from '../labels.ts';
import { figure, orNone, type TextStyle } from './figure.ts';

/** How parallel the run was, and how parallel it could have been. */
export const CONCURRENCY = [
  figure({
    key: 'slots',
    label: 'Slots',
    unit: 'count',
    definition: 'The number of slots, and each change of it.',
    value: ({ slots }) => slots,
    format: (_, figures) => slotsText(figures).replace(/ slots?\b/, ''),
    detail: ({ batch }) => (batch === null ? '' : `, shared by the ${formatNumber(batch.rows)} rows of the batch`),
  }),
  figure({
    key: 'peak_concurrency',
    label: 'Peak concurrency',
    unit: 'turns',
    definition: 'The highest number of turns that ran at once.',
    value: ({ time }) => time.concurrency.peak,
    format: (peak) => `${countOf(peak, 'turn')} at once`,
    json: 'peak_concurrency',
  }),
  figure({
    key: 'mean_concurrency',
    label: 'Mean concurrency',
    unit: 'turns',
    definition: 'The number of running turns, averaged over the makespan; equal to sequential time ÷ makespan.',
    value: ({ time }) => time.concurrency.mean,
    format: (mean) => `${formatNumber(mean, 2)} turns`,
    json: 'mean_concurrency',
  }),
  figure({
    key: 'time_by_level',
    label: 'Time by level',
    unit: 'fraction',
    definition: 'The shares of the makespan in which 0, 1, 2 and more turns ran at once.',
    value: ({ time }) => time.concurrency.levels,
    format: levelsText,
    isDrawnInWindow: true,
  }),
  figure({
    key: 'utilization',
    label: 'Slot utilization',
    unit: 'fraction',
    definition: 'Busy time ÷ slot time. Slot time is the number of slots, summed over the makespan.',
    value: ({ time, batch }) => (batch === null ? time.utilization : null),
    format: (share, { batch }) =>
      batch === null
        ? orNone(formatPercent)(share)
        : 'not given for a row of a batch, because other rows used its slots too',
    detail: ({ time, batch }) =>
      batch === null
        ? ` (${formatDuration(time.sequentialMs)} busy in ${formatDuration(time.slotMs)} of slot time)`
        : ` (${formatDuration(time.sequentialMs)} busy)`,
  }),
  figure({
    key: 'sequential_time',
    label: 'Sequential time, estimated',
    unit: 'ms',
    definition:
      'The sum of all busy time. It is an estimate of the time that one slot would need, because durations were measured while other tasks ran.',
    value: ({ time }) => time.sequentialMs,
    format: (ms) => formatDuration(ms),
    detail: () => ', the sum of all busy time',
    json: 'sequential_s',
  }),
  figure({
    key: 'time_saved',
    label: 'Time saved',
    unit: 'fraction',
    definition: '1 − makespan ÷ sequential time; negative if running in parallel took longer.',
    value: ({ time }) => time.timeSaved,
    format: timeSavedShare,
    detail: ({ time }) => timeSavedDetail(time),
    json: 'time_saved',
  }),
  figure({
    key: 'lower_bound',
    label: 'Lower bound',
    unit: 'ms',
    definition:
      'The makespan that no schedule of the measured work can beat: the maximum of its longest path, the time that the slots need for all busy time, and the time that the sequential lane and each pool need.',
    value: ({ time }) => time.lowerBound.ms,
    format: (ms) => formatDuration(ms),
    detail: ({ time: { lowerBound } }, style) =>
      ` (longest path ${formatDuration(lowerBound.path_ms)}, slots ${formatDuration(lowerBound.slots_ms)}${lowerBound.pools.map((bound) => poolBound(bound, style)).join('')})`,
    json: 'lower_bound_s',
  }),
  figure({
    key: 'schedule_efficiency',
    label: 'Schedule efficiency',
    unit: 'fraction',
    definition: 'Lower bound ÷ makespan.',
    value: ({ time }) => time.efficiency,
    format: orNone(formatPercent),
    detail: () => ', the lower bound ÷ the makespan',
    json: 'schedule_efficiency',
  }),
] as const;

function poolBound({ pool, ms }: { pool: string | null; ms: number }, { code }: TextStyle): string {
  return `, ${pool === null ? 'sequential lane' : code(pool)} ${formatDuration(ms)}`;
}

function levelsText(levels: readonly number[]): string {
  const total = levels.reduce((sum, ms) => sum + ms, 0);
  if (total === 0) return 'nothing ran';
  const shares = apportion(levels, 1000);
  return levels
    .flatMap((ms, level) => (ms === 0 ? [] : [`${level}: ${formatPercent((shares[level] ?? 0) / 1000)}`]))
    .join(' · ');
}
