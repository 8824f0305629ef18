import { printableLine } from '../printable.ts';
import type { Task } from './schema.ts';

/** What people read in place of a task's name: its title, else the name in words (`market_trend` → `Market Trend`). */
export function titleOf({ name, title }: Pick<Task, 'name' | 'title'>): string {
  return shownText(title) ?? titleCase(name);
}

/** A name in words, each with a capital: `concurrent_processing` → `Concurrent Processing`. One without a word stays. */
export function titleCase(name: string): string {
  const words = name
    .split(/[_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.length === 0 ? name : words.join(' ');
}

/** A task's category, else the agent that does it: the one that a run gave it, where that is known, or the task's own. */
export function categoryOf(
  { category, agent }: Pick<Task, 'category' | 'agent'>,
  assigned: string | null = null,
): string {
  return shownText(category) ?? assigned ?? agent ?? 'Unassigned';
}

/** The text as people can read it, on one line; undefined if nothing of it is left. */
function shownText(text: string | undefined): string | undefined {
  const shown = text === undefined ? '' : printableLine(text);
  return shown === '' ? undefined : shown;
}
