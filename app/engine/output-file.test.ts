import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeOutputFile } from './output-file.ts';

test('a result is written under any name that the disk takes, however long, and nothing else stays there', async () => {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  const name = `${'报'.repeat(84)}.md`;
  expect(await writeOutputFile(workspace, name, 'A report.')).toEqual({ ok: true });
  expect(await readFile(join(workspace, name), 'utf8')).toBe('A report.');
  expect(await readdir(workspace)).toEqual([name]);
  await rm(workspace, { recursive: true });
});
