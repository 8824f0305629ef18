import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';
import { expect, SEED_CREW, test } from './app.ts';

const SLOTS = 8;

interface Event {
  type: string;
  t: number;
  pid?: number;
  ms?: number;
}

/** The process ids of the application's slots. */
async function slotPids(electron: ElectronApplication): Promise<number[]> {
  const metrics = await electron.evaluate(({ app }) => app.getAppMetrics());
  return metrics.flatMap(({ name, pid }) => (name === 'Crewlane slot' ? [pid] : []));
}

async function runsIn(home: string): Promise<Event[][]> {
  const names = (await readdir(join(home, 'runs'))).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(home, 'runs', name, 'events.jsonl'), 'utf8')));
  return texts.map((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line): Event => JSON.parse(line)),
  );
}

function pidsOf(events: readonly Event[], type: string): number[] {
  return events.flatMap((event) => (event.type === type && event.pid !== undefined ? [event.pid] : []));
}

async function runToItsEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('12 of 12 done', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
}

test('the slots stand before Run is pressed, a second run has the same processes, and one that dies is replaced', async ({
  launch,
}) => {
  const { electron, page, home } = await launch({ file: SEED_CREW, rehearsalSpeed: 20 });
  const standing = async () => (await slotPids(electron)).length;
  await expect.poll(standing, { timeout: 30_000 }).toBe(SLOTS + 1);
  const warm = await slotPids(electron);

  await runToItsEnd(page);
  await runToItsEnd(page);
  const [first, second] = await runsIn(home);
  for (const events of [first ?? [], second ?? []]) {
    const begun = events.findIndex(({ type }) => type === 'attempt.started');
    expect(pidsOf(events.slice(0, begun), 'slot.ready').length).toBeGreaterThan(0);
    expect(pidsOf(events, 'slot.started')).toHaveLength(SLOTS);
    expect(warm).toEqual(expect.arrayContaining(pidsOf(events, 'slot.started')));
    for (const { type, ms } of events) if (type === 'slot.ready') expect(ms).toBeGreaterThan(0);
  }

  const [victim] = await slotPids(electron);
  process.kill(victim ?? 0, 'SIGKILL');
  await expect.poll(() => slotPids(electron), { timeout: 30_000 }).not.toContain(victim);
  await expect.poll(standing, { timeout: 30_000 }).toBe(SLOTS + 1);
});
