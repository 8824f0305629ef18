import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import {
  countOf,
  formatCost,
  formatDuration,
  formatMemory,
  formatNumber,
  formatPercent,
} from '../../../shared/figures/format.ts';
import { exitText, limitText, limitWaitText } from '../../../shared/figures/slot-labels.ts';
import { tokensOf } from '../../../shared/figures/usage.ts';
import { blocks, bullets, code, inline, table } from '../markdown.ts';

export function agentTable({ agents }: MeasuredFigures): string {
  const rows = agents.map((agent) => [
    `${code(agent.agent)}${agent.manager ? ' (manager)' : ''}`,
    `${formatNumber(agent.completed)} of ${formatNumber(agent.tasks)}`,
    formatDuration(agent.busyMs),
    agent.meanMs === null ? '' : formatDuration(agent.meanMs),
    formatNumber(agent.usage.calls),
    formatNumber(tokensOf(agent.usage)),
    formatCost(agent.usage),
    formatNumber(agent.failures),
  ]);
  const head = ['Agent', 'Tasks Completed', 'Busy Time', 'Mean Turn', 'Model Calls', 'Tokens', 'Cost', 'Failed Turns'];
  return table(head, rows, [1, 2, 3, 4, 5, 6, 7]);
}

export function workloadTable({ workload }: MeasuredFigures): string {
  if (workload.length === 0) return 'The crew declares no workload.';
  const rows = workload.map(({ name, declared, unit, measured, by }) => [
    inline(name.replaceAll('_', ' ')),
    formatNumber(declared, Number.isInteger(declared) ? 0 : 2),
    measured === null ? 'not measured' : formatNumber(measured),
    inline(unit ?? ''),
    inline(by),
  ]);
  return table(['Workload', 'Declared', 'Measured', 'Unit', 'Counted by'], rows, [1, 2]);
}

export function poolTable({ pools }: MeasuredFigures): string {
  if (pools.length === 0) return 'No shared resource was declared or used.';
  const rows = pools.map((pool) => [
    `${code(pool.pool)}${pool.declared ? '' : ' (not declared)'}`,
    formatNumber(pool.capacity),
    formatNumber(pool.uses),
    formatNumber(pool.peak),
    formatNumber(pool.mean, 2),
    formatNumber(pool.waits),
    formatDuration(pool.waitMs),
    formatNumber(pool.longestQueue),
    formatNumber(pool.timeouts),
    formatNumber(pool.reclaimed),
  ]);
  const head = [
    'Resource',
    'Capacity',
    'Uses',
    'Peak',
    'Mean',
    'Waits',
    'Waited',
    'Longest Queue',
    'Timeouts',
    'Reclaimed',
  ];
  return table(head, rows, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/** The maximum number of process exits and limiter steps that are listed. */
const MAX_EXITS = 20;

export function slotTable({ slotUse, slotMemoryMib, time }: MeasuredFigures): string {
  if (slotUse.length === 0) return 'No slot was started.';
  const rows = slotUse.map((slot) => [
    String(slot.slot),
    formatNumber(slot.turns),
    formatDuration(slot.busyMs),
    time.makespanMs === 0 ? '' : formatPercent(slot.busyMs / time.makespanMs),
    slot.meanCpu === null ? 'not sampled' : `${formatNumber(slot.meanCpu, 1)}%`,
    slot.peakCpu === null ? 'not sampled' : `${formatNumber(slot.peakCpu, 1)}%`,
    slot.peakMemoryBytes === 0 ? 'not sampled' : formatMemory(slot.peakMemoryBytes),
    formatNumber(slot.restarts),
  ]);
  const head = ['Slot', 'Turns', 'Busy Time', 'Busy Share', 'CPU Mean', 'CPU Peak', 'Memory Peak', 'Restarts'];
  return blocks(
    table(head, rows, [0, 1, 2, 3, 4, 5, 6, 7]),
    `A slot's process may use ${formatNumber(slotMemoryMib)} MiB.`,
    exitLines(slotUse, slotMemoryMib),
  );
}

function exitLines(slotUse: MeasuredFigures['slotUse'], memoryMib: number): string {
  const exits = slotUse
    .flatMap(({ slot, exits: own }) => own.map((exit) => ({ slot, exit })))
    .sort((a, b) => a.exit.t - b.exit.t);
  return limitedList(
    exits.map(({ slot, exit }) => `${formatDuration(exit.t)}, slot ${slot}: ${inline(exitText(exit, memoryMib))}`),
  );
}

/** Lists the rate limiters that took steps, and the time that tasks waited for them. */
export function limitTable({ limits, tasks }: MeasuredFigures): string {
  if (limits.length === 0)
    return `No provider refused a call, and the call limit never changed. ${limitWaitText(tasks)}`;
  const rows = limits.map(({ origin, refused, recovered, least, holdMs }) => [
    code(origin),
    formatNumber(refused),
    formatNumber(least),
    formatNumber(recovered),
    formatDuration(holdMs),
  ]);
  const head = ['Origin', 'Lowered', 'Fewest Calls at Once', 'Raised', 'Cooldown'];
  const steps = limits
    .flatMap(({ origin, steps: own }) => own.map((step) => ({ origin, step })))
    .sort((a, b) => a.step.seq - b.step.seq);
  return blocks(
    table(head, rows, [1, 2, 3, 4]),
    limitWaitText(tasks),
    limitedList(steps.map(({ origin, step }) => `${formatDuration(step.t)}, ${code(origin)}: ${limitText(step)}`)),
  );
}

function limitedList(lines: readonly string[]): string {
  const left = lines.length - MAX_EXITS;
  return bullets([
    ...lines.slice(0, MAX_EXITS),
    ...(left > 0 ? [`${countOf(left, 'further one')} in \`events.jsonl\`.`] : []),
  ]);
}
