import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../root.mjs';
import { commandLinePage } from './command-line.ts';
import { crewFilePage } from './crew-file.ts';
import { journalPage } from './journal.ts';
import { slotProtocolPage } from './slot-protocol.ts';

const PAGES = [
  ['crew-file.md', crewFilePage],
  ['journal.md', journalPage],
  ['slot-protocol.md', slotProtocolPage],
  ['command-line.md', commandLinePage],
] as const;

it.each(PAGES)('the reference page %s is up to date (`npm run docs` writes it)', async (name, page) => {
  await expect(page()).toMatchFileSnapshot(join(ROOT, 'docs', 'reference', name));
});

it('the reference page of the journal explains every event', () => {
  const [, ...sections] = journalPage().split('\n### ');
  expect(sections.length).toBeGreaterThan(40);
  expect(sections.flatMap((section) => /^(\S+)\n\n\|/.exec(section)?.[1] ?? [])).toEqual([]);
});
