import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { STARTED } from '../../../shared/run/testing/started.ts';
import { LOCAL_FILE, readLocalFacts, writeLocalFacts } from './local-facts.ts';

const NOW = { ...STARTED, seq: 1, t: 0 };
const EARLIER = { ...NOW, file: '/crews/a.crew.json', settings: { ...NOW.settings, workspace: '/crews/work' } };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-local-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('the facts that were stored in the folder are read, even if the journal has others', async () => {
  const facts = { workspace: '/work', file: null };
  await writeLocalFacts(dir, facts);
  expect(await readLocalFacts(dir, NOW)).toEqual(facts);
  expect(await readLocalFacts(dir, EARLIER)).toEqual(facts);
});

test('the facts in the journal of an earlier version are read', async () => {
  expect(await readLocalFacts(dir, EARLIER)).toEqual({ workspace: '/crews/work', file: '/crews/a.crew.json' });
});

test.each([
  [''],
  ['{}'],
  ['{"format":"crewlane-local/1","workspace":"work","file":null}'],
  ['{"format":"crewlane-local/2","workspace":"/work","file":null}'],
])('a damaged file gives no facts: %s', async (content) => {
  expect(await readLocalFacts(dir, NOW)).toBeNull();
  await writeFile(join(dir, LOCAL_FILE), content);
  expect(await readLocalFacts(dir, NOW)).toBeNull();
});
