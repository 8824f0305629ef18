import type { Conversation } from './conversation.ts';
import { MARK } from './mark.ts';
import { figuresIn } from './tables.ts';

const MAX_FILES = 30;

/**
 * Returns the files that a task text requests: single files, and a number of files below a folder (`20 files … below
 * content/social/`).
 */
export function pathsToWrite(description: string): string[] {
  const single = [...description.matchAll(/\b(?:to|into|as) ([\w-]+(?:\/[\w-]+)*\.[a-z]{2,4})\b/g)].map(
    (match) => match[1] ?? '',
  );
  const folder = /\bbelow ([\w-]+(?:\/[\w-]+)*)\/?/.exec(description)?.[1];
  const count = Math.min(Number(/\b(\d+) files\b/.exec(description)?.[1] ?? 1), MAX_FILES);
  if (folder === undefined) return single;
  const stem = folder.split('/').at(-1) ?? 'file';
  const below = Array.from(
    { length: count },
    (_, index) => `${folder}/${stem}_${String(index + 1).padStart(2, '0')}.md`,
  );
  return [...single, ...below];
}

/** Returns a short rehearsed text, with a figure from a tool if there is one. */
export function contentFor(conversation: Conversation, path: string, index: number): string {
  const [figure] = figuresIn(conversation.done).slice(index % 3);
  const title = path
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '')
    .replaceAll(/[_-]+/g, ' ');
  const said =
    figure === undefined
      ? `Piece ${index + 1} of ${conversation.task ?? 'the task'}.`
      : `${figure.name}: ${figure.value}.`;
  return `${MARK}\n\n# ${title}\n\n${said}\n`;
}
