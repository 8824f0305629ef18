import { formatDuration, listOf } from '../../shared/figures/format.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { waitPhrase } from '../../shared/figures/wait-reasons.ts';
import { code } from './markdown.ts';

/** Describes a wait: `3.40 s for its context (customer_data_processing)`. */
export function waitText({ reason, ms, blockers }: TaskFigures['waits'][number]): string {
  const names = blockers.filter((name) => !name.startsWith('@')).map(code);
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `${formatDuration(ms)} ${waitPhrase(reason)}${shown.length === 0 ? '' : ` (${listOf(shown)})`}`;
}
