import { formatDuration, listOf } from '../../shared/figures/format.ts';
import { WAIT_REASON_LABELS } from '../../shared/figures/labels.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import type { Bottleneck } from '../../shared/figures/what-if.ts';
import { code, inline } from './markdown.ts';

/** `3.40 s for its context (customer_data_processing)` */
export function waitText({ reason, ms, blockers }: TaskFigures['waits'][number]): string {
  const names = blockers.filter((name) => !name.startsWith('@')).map(code);
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `${formatDuration(ms)} for ${WAIT_REASON_LABELS[reason]}${shown.length === 0 ? '' : ` (${listOf(shown)})`}`;
}

/** What would be different without a bottleneck. */
export function bottleneckText({ kind, subject }: Bottleneck, titles: ReadonlyMap<string, string>): string {
  switch (kind) {
    case 'starting':
      return 'Slots ready at the start';
    case 'slots':
      return 'One more slot';
    case 'lane':
      return 'Two sequential tasks at once';
    case 'pool':
      return `One more unit of ${code(subject ?? '')}`;
    case 'retries':
      return 'No failed attempts and retries';
    case 'rate_limit':
      return "No waits for the provider's limit";
    case 'task':
      return `${inline(titles.get(subject ?? '') ?? subject ?? '')} in half the time`;
  }
}
