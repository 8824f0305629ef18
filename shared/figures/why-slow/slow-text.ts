import type { TextStyle } from '../catalogue/figure.ts';
import { formatDuration, formatPercent } from '../format.ts';
import { bottleneckText, savingText } from '../labels.ts';
import { spentText } from '../spent/spent-text.ts';
import { waitPhrase } from '../wait-reasons.ts';
import type { SlowCause, SlowReason } from './why-slow.ts';

/** Returns a reason as a sentence. `titles`: the titles of tasks, by name; a task without one is called by its name. */
export function slowText(
  reason: SlowReason,
  makespanMs: number,
  titles: ReadonlyMap<string, string>,
  style: TextStyle,
): string {
  const title = (task: string) => style.inline(titles.get(task) ?? task);
  switch (reason.kind) {
    case 'cause': {
      const { start, end } = reason.during;
      const share = `${formatDuration(reason.ms)} of the ${formatDuration(makespanMs)} (${formatPercent(reason.ms / makespanMs)})`;
      return `${causeText(reason.cause, style)} took ${share} on the critical path, at most ${formatDuration(end - start)} at a time, in ${title(reason.task)} from ${formatDuration(start)}.`;
    }
    case 'saving': {
      const { bottleneck } = reason;
      return `${bottleneckText(bottleneck, titles, style)} would save ${savingText(bottleneck.savesMs, makespanMs)}.`;
    }
    case 'dependencies':
      return `The dependencies set the makespan: the longest path alone takes ${formatDuration(reason.ms)}.`;
    case 'slower':
      return `${title(reason.task)} was busy for ${formatDuration(reason.ms)}, and usually is for ${formatDuration(reason.usualMs)}.`;
  }
}

function causeText(cause: SlowCause, style: TextStyle): string {
  return cause.kind === 'spent' ? spentText(cause.on, style) : `Waiting ${waitPhrase(cause.reason)}`;
}
