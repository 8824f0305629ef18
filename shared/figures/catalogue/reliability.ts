import type { MeasuredFigures } from '../figures.ts';
import { countOf, formatDuration, formatNumber, listOf } from '../format.ts';
import { limitWaitMs, restartsText } from '../slot-labels.ts';
import { figure, type TextStyle } from './figure.ts';

/**
 * The figures of reliability: failed tasks and turns, restarted processes, refusals by the provider, reclaimed leases.
 */
export const RELIABILITY = [
  figure({
    key: 'failed_names',
    label: 'Tasks that failed',
    unit: 'names',
    definition: 'The tasks that ended with an error.',
    value: ({ tasks }) => tasks.filter((task) => task.status === 'failed').map(({ name }) => name),
    format: namesText,
  }),
  figure({
    key: 'cut_results',
    label: 'Truncated results',
    unit: 'names',
    definition: 'Tasks whose result ends where the model reached the maximum length of an answer.',
    value: cutNames,
    format: namesText,
    isShown: (figures) => cutNames(figures).length > 0,
  }),
  figure({
    key: 'failed_turns',
    label: 'Failed turns',
    unit: 'turns',
    definition: 'Turns that failed: with an error, at their deadline, or with their slot.',
    value: ({ agents }) => agents.reduce((sum, agent) => sum + agent.failures, 0),
    format: (failures, { time }) =>
      failures === 0 ? 'none' : `${formatNumber(failures)}, ${formatDuration(time.failedBusyMs)} of busy time`,
  }),
  figure({
    key: 'lost_turns',
    label: 'Turns lost with their process',
    unit: 'turns',
    definition: 'Turns that were lost with the process that ran the crew, and ran again.',
    value: ({ lost }) => lost.turns,
    format: (turns, { lost }) => `${formatNumber(turns)}, ${formatDuration(lost.busyMs)} of busy time; they ran again`,
    isShown: ({ lost }) => lost.turns > 0,
    json: 'lost_turns?',
  }),
  figure({
    key: 'several_attempts',
    label: 'Tasks with several attempts',
    unit: 'names',
    definition: 'Tasks that took more than one attempt, with the number of attempts.',
    value: ({ tasks }) => tasks.filter((task) => task.attempts > 1),
    format: (tasks, _, { code }) =>
      tasks.length === 0 ? 'none' : listOf(tasks.map(({ name, attempts }) => `${code(name)} (${attempts})`)),
  }),
  figure({
    key: 'restarts',
    label: 'Slots restarted',
    unit: 'count',
    definition: 'Slot processes that crashed, hung or exceeded their memory limit, and were replaced.',
    value: ({ slotUse }) => slotUse,
    format: (slotUse) => restartsText(slotUse),
  }),
  figure({
    key: 'refusals',
    label: "Refused for the provider's limit",
    unit: 'count',
    definition:
      "How often a provider's refusal halved the calls in flight, and the time that tasks waited for the limits of their models without a slot.",
    value: ({ limits }) => limits.reduce((sum, limit) => sum + limit.refused, 0),
    format: (refused, { tasks }) =>
      refused === 0
        ? 'never'
        : `the call limit was lowered ${countOf(refused, 'time')}, tasks waited ${formatDuration(limitWaitMs(tasks))} together`,
  }),
  figure({
    key: 'reclaimed',
    label: 'Leases reclaimed',
    unit: 'count',
    definition: 'Leases that ended with their attempt, because no agent released them.',
    value: ({ pools }) => pools.reduce((sum, pool) => sum + pool.reclaimed, 0),
    format: (reclaimed) => (reclaimed === 0 ? 'none' : formatNumber(reclaimed)),
  }),
] as const;

function cutNames({ tasks }: MeasuredFigures): string[] {
  return tasks.filter((task) => task.cutAtLength).map(({ name }) => name);
}

function namesText(names: readonly string[], _: MeasuredFigures, { code }: TextStyle): string {
  return names.length === 0 ? 'none' : listOf(names.map(code));
}
