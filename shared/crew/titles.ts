import { printableLine } from '../printable.ts';
import type { Task } from './schema.ts';

/** Returns the display name of a task: its title, else its name in words (`market_trend` → `Market Trend`). */
export function titleOf({ name, title }: Pick<Task, 'name' | 'title'>): string {
  return shownText(title) ?? titleCase(name);
}

/**
 * Returns a name as capitalized words: `concurrent_processing` → `Concurrent Processing`. A name without words is
 * unchanged.
 */
export function titleCase(name: string): string {
  const words = name
    .split(/[_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.length === 0 ? name : words.join(' ');
}

/** Returns a task's category, else its agent: the one assigned in a run, if known, else the task's own. */
export function categoryOf(
  { category, agent }: Pick<Task, 'category' | 'agent'>,
  assigned: string | null = null,
): string {
  return shownText(category) ?? assigned ?? agent ?? 'Unassigned';
}

/** Returns the printable text on one line, or undefined if it is empty. */
function shownText(text: string | undefined): string | undefined {
  const shown = text === undefined ? '' : printableLine(text);
  return shown === '' ? undefined : shown;
}
