import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playwrightCount, vitestCount } from './test-counts.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'counts-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function report(content: unknown): Promise<string> {
  const file = join(folder, 'report.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe('The summary of npm test', () => {
  it('the summary counts every unit test', async () => {
    expect(vitestCount(await report({ numPassedTests: 40, numTotalTests: 43 }), 0, 1)).toEqual({
      passed: 40,
      failed: 3,
    });
  });

  it('the summary counts a test file that could not be loaded as a failure', async () => {
    expect(vitestCount(await report({ numPassedTests: 40, numTotalTests: 40 }), 0, 1)).toEqual({
      passed: 40,
      failed: 1,
    });
  });

  it('the summary counts a missing, old or empty report as a failure', async () => {
    expect(vitestCount(join(folder, 'none.json'), 0, 0)).toEqual({ passed: 0, failed: 1 });
    const old = await report({ numPassedTests: 40, numTotalTests: 40 });
    expect(vitestCount(old, Date.now() + 60_000, 0)).toEqual({ passed: 0, failed: 1 });
    expect(vitestCount(await report({ numPassedTests: 0, numTotalTests: 0 }), 0, 0)).toEqual({ passed: 0, failed: 1 });
  });

  it('the summary counts tests in the window, and counts skipped and flaky ones as failures', async () => {
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 };
    expect(playwrightCount(await report({ stats }), 0, 1)).toEqual({ passed: 5, failed: 3 });
  });
});
