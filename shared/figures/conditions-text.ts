import type { MeasuredFigures } from './figures.ts';
import { countOf, formatDuration } from './format.ts';

/** Returns a note that the run was resumed, with what was lost when its process ended; null if it was not resumed. */
export function resumedText({ lost, time, rehearsal }: MeasuredFigures): string | null {
  if (lost.resumptions === 0) return null;
  const cutOff =
    time.cutOffMs > 0 ? ` No process ran it for ${formatDuration(time.cutOffMs)}, which no figure counts.` : '';
  return `**This run was resumed${lost.resumptions === 1 ? '' : ` ${countOf(lost.resumptions, 'time')}`}.**${cutOff}${lostText(lost, rehearsal)}`;
}

/**
 * Describes the turns that ended with a process. They neither failed nor completed, and their calls may have been paid
 * for.
 */
function lostText({ turns, busyMs, callsAtMost }: MeasuredFigures['lost'], rehearsal: boolean): string {
  if (turns === 0) return '';
  const one = turns === 1;
  const ran = ` ${countOf(turns, 'turn')} ${one ? 'was' : 'were'} lost after ${formatDuration(busyMs)} and ran again.`;
  if (rehearsal || callsAtMost === 0) return ran;
  const calls = callsAtMost === 1 ? 'One model call' : `Up to ${countOf(callsAtMost, 'model call')}`;
  return `${ran} ${calls} may have been paid for without an answer; calls, tokens and cost do not include ${callsAtMost === 1 ? 'it' : 'them'}.`;
}

/** Returns the number of slots and each change of it: `3 slots (5 from 30.70 s on)`. */
export function slotsText({ slotCounts }: MeasuredFigures): string {
  const [first, ...changes] = slotCounts;
  if (!first) return countOf(0, 'slot');
  const later = changes.map(({ t, slots }) => `${slots} from ${formatDuration(t)} on`);
  return later.length === 0 ? countOf(first.slots, 'slot') : `${countOf(first.slots, 'slot')} (${later.join(', ')})`;
}

/** Names the missing prices if the cost is unknown; empty otherwise. */
export function costDetail({ unpricedModels }: MeasuredFigures): string {
  if (unpricedModels.length === 0) return '';
  const [model = ''] = unpricedModels;
  const what = unpricedModels.length === 1 ? `the price of ${model}` : `the prices of ${unpricedModels.join(', ')}`;
  return `, because ${what} ${unpricedModels.length === 1 ? 'is' : 'are'} missing. Add ${unpricedModels.length === 1 ? 'it' : 'them'} to prices.json in the data folder (\`crewlane doctor\` shows where)`;
}
