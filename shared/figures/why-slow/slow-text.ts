import type { TextStyle } from '../catalogue/figure.ts';
import { formatDuration, formatPercent } from '../format.ts';
import { bottleneckText, savingText } from '../labels.ts';
import { spentText } from '../spent/spent-text.ts';
import { waitPhrase } from '../wait-reasons.ts';
import type { SlowCause, SlowReason } from './why-slow.ts';

/**
 * Returns a reason as one or two sentences. `titles`: the titles of tasks, by name. A task without a title is called by its
 * name.
 */
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
      return `${causeText(reason.cause, style)} took ${share} on the critical path. The longest part was ${formatDuration(end - start)}, in ${title(reason.task)} from ${formatDuration(start)}.`;
    }
    case 'saving': {
      const { bottleneck } = reason;
      return `${bottleneckText(bottleneck, titles, style)} would save ${savingText(bottleneck.savesMs, makespanMs)}.`;
    }
    case 'dependencies':
      return `The dependencies set the makespan: the longest path alone takes ${formatDuration(reason.ms)}.`;
    case 'slower':
      return `${title(reason.task)} was busy for ${formatDuration(reason.ms)}. Its usual time is ${formatDuration(reason.usualMs)}.`;
  }
}

function causeText(cause: SlowCause, style: TextStyle): string {
  return cause.kind === 'spent' ? spentText(cause.on, style) : `Waiting ${waitPhrase(cause.reason)}`;
}
