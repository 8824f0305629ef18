import type { SlotExit } from '../run/slot-state.ts';
import { countOf, formatDuration, formatNumber, listOf } from './format.ts';
import type { LimitStep } from './limits.ts';
import type { SlotFigures } from './resources.ts';
import type { TaskFigures } from './task-figures.ts';

/** Describes the end of a slot process: `process local:kbzqtf ended: over 1,024 MiB; replaced`. */
export function exitText(exit: SlotExit, memoryMib: number): string {
  return `process ${exit.where} ended: ${exitReason(exit, memoryMib)}${exit.replaced ? '; replaced' : ''}`;
}

function exitReason({ reason, detail, stopped }: SlotExit, memoryMib: number): string {
  if (stopped) return 'the run was stopped';
  switch (reason) {
    case 'memory':
      return `over ${formatNumber(memoryMib)} MiB`;
    case 'timeout':
      return `hung past its deadline${detail === null ? '' : `, ${detail}`}`;
    case 'crash':
      return `crashed${detail === null ? '' : `, ${detail}`}`;
    case 'ended':
      return 'no longer needed';
    default:
      return reason satisfies never;
  }
}

/** Describes a step of the rate limiter: `refused: at most 4 calls at once instead of 8, none before 3.20 s`. */
export function limitText({ t, reason, before, after, until }: LimitStep): string {
  const hold = until === null ? '' : `; cooldown of ${formatDuration(until - t)}, until ${formatDuration(until)}`;
  switch (reason) {
    case 'refused':
      return before === after
        ? `the provider refused a call; still ${countOf(after, 'call')} at once${hold}`
        : `the provider refused a call; at most ${countOf(after, 'call')} at once instead of ${formatNumber(before)}${hold}`;
    case 'extended':
      return `the provider refused another call${hold}`;
    case 'recovered':
      return `ten answers in a row; ${countOf(after, 'call')} at once instead of ${formatNumber(before)}`;
    case 'set':
      return `the provider's limit still holds; at most ${countOf(after, 'call')} at once${hold}`;
    default:
      return reason satisfies never;
  }
}

const EXIT_LABELS = { crash: 'crashed', memory: 'over the memory limit', timeout: 'hung' } as const;

/** `3 times (2 crashed, 1 over the memory limit)`, or `none`. */
export function restartsText(slotUse: readonly SlotFigures[]): string {
  const replaced = slotUse.flatMap(({ exits }) => exits.filter((exit) => exit.replaced));
  if (replaced.length === 0) return 'none';
  const parts = (['crash', 'memory', 'timeout'] as const).flatMap((reason) => {
    const count = replaced.filter((exit) => exit.reason === reason && !exit.stopped).length;
    return count === 0 ? [] : [`${formatNumber(count)} ${EXIT_LABELS[reason]}`];
  });
  const stopped = replaced.filter((exit) => exit.stopped).length;
  if (stopped > 0) parts.push(`${formatNumber(stopped)} when the run was stopped`);
  return `${countOf(replaced.length, 'time')} (${listOf(parts)})`;
}

/** Describes the time that tasks waited for the limits of their models. */
export function limitWaitText(tasks: readonly TaskFigures[]): string {
  const waited = tasks.filter((task) => limitWaitMs([task]) > 0).length;
  return waited === 0
    ? "No task waited for its model's limit without a slot."
    : `${countOf(waited, 'task')} waited for the limit of a model without a slot, ${formatDuration(limitWaitMs(tasks))} together.`;
}

/**
 * Returns the time that tasks waited without a slot for the limits of their models: between attempts and before them.
 */
export function limitWaitMs(tasks: readonly TaskFigures[]): number {
  const waits = tasks.flatMap((task) => task.waits.filter(({ reason }) => reason === 'rate_limit'));
  return waits.reduce((sum, { ms }) => sum + ms, 0);
}
