import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright/test';
import { expect, test } from './app.ts';
import { layeredCrew } from './layered-crew.ts';

const SLOTS = 8;

interface Event {
  type: string;
  t: number;
  where?: string;
  ms?: number;
}

/** The process ids of the application's slots. */
async function slotPids(electron: ElectronApplication): Promise<number[]> {
  const metrics = await electron.evaluate(({ app }) => app.getAppMetrics());
  return metrics.flatMap(({ name, pid }) => (name === 'Crewlane slot' ? [pid] : []));
}

/** The events of each run in `home`, oldest run first. The last line of a journal may still be incomplete. */
async function runsIn(home: string): Promise<Event[][]> {
  const names = (await readdir(join(home, 'runs')).catch(() => [])).sort();
  const texts = await Promise.all(
    names.map((name) => readFile(join(home, 'runs', name, 'events.jsonl'), 'utf8').catch(() => '')),
  );
  return texts.map((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line): Event => JSON.parse(line)),
  );
}

/** The processes that events of this type name. */
function processesIn(events: readonly Event[], type: string): string[] {
  return events.flatMap((event) => (event.type === type && event.where !== undefined ? [event.where] : []));
}

/** Presses Run, and waits until the journal of this run, number `count` in `home`, contains its end. */
async function runToEnd(page: Page, home: string, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const finished = async () =>
    (await runsIn(home)).filter((events) => events.some(({ type }) => type === 'run.finished')).length;
  await expect.poll(finished).toBe(count);
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
}

test('slots are warm before Run is pressed, a second run uses the same processes, and a process that dies is replaced', async ({
  launch,
  folder,
}) => {
  const file = join(folder, 'layered.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(2 * SLOTS, SLOTS)));
  const { electron, page, home } = await launch({ file, rehearsalSpeed: 20 });
  const slotCount = async () => (await slotPids(electron)).length;
  await expect.poll(slotCount).toBe(SLOTS + 1);
  const warm = await slotPids(electron);

  await runToEnd(page, home, 1);
  await runToEnd(page, home, 2);
  const [first, second] = await runsIn(home);
  for (const events of [first ?? [], second ?? []]) {
    const begun = events.findIndex(({ type }) => type === 'attempt.started');
    expect(processesIn(events.slice(0, begun), 'slot.ready').length).toBeGreaterThan(0);
    expect(processesIn(events, 'slot.started')).toHaveLength(SLOTS);
    for (const { type, ms } of events) if (type === 'slot.ready') expect(ms).toBeGreaterThan(0);
  }

  const ofRuns = new Set([first ?? [], second ?? []].flatMap((events) => processesIn(events, 'slot.started')));
  expect(ofRuns.size).toBeLessThanOrEqual(SLOTS + 1);
  expect(new Set(await slotPids(electron))).toEqual(new Set(warm));

  const [victim] = await slotPids(electron);
  process.kill(victim ?? 0, 'SIGKILL');
  await expect.poll(() => slotPids(electron)).not.toContain(victim);
  await expect.poll(slotCount).toBe(SLOTS + 1);
});
