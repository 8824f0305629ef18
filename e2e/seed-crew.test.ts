import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { formatDuration } from '../shared/figures/format.ts';
import { expect, SEED_CREW, test } from './app.ts';
import { chooseInMenu, chooseInOpenDialog } from './dialogs.ts';
import { timelineRows } from './table.ts';

const inMs = (seconds: number): number => Math.round(seconds * 1000);

/** The texts of a duration that was rounded to milliseconds when it was exported. */
const textsOf = (ms: number): string[] => [ms - 1, ms, ms + 1].map((near) => formatDuration(near));

const runSchema = z.object({
  format: z.literal('crewlane-run/1'),
  outcome: z.string(),
  completed_tasks: z.number(),
  peak_concurrency: z.number(),
  results: z.array(
    z.object({
      task: z.string(),
      assigned_agent: z.string(),
      status: z.string(),
      attempts: z.number(),
      started_s: z.number(),
      ended_s: z.number(),
      slot: z.number(),
    }),
  ),
});

test("the seed's crew runs, fills its lanes, and exports the figures that the window shows", async ({
  launch,
  folder,
}) => {
  const { electron, page, problems } = await launch({ rehearsalSpeed: 1 });
  await page.keyboard.press('Escape');
  await chooseInOpenDialog(electron, SEED_CREW);
  await chooseInMenu(electron, 'Open…');
  const canvas = page.getByRole('region', { name: 'Crew canvas' });
  await expect(canvas.getByLabel(/^Task \w+, idle$/)).toHaveCount(12);

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect.poll(() => canvas.getByLabel(/^Task \w+, running$/).count()).toBeGreaterThanOrEqual(5);
  const slotProcesses = () =>
    electron.evaluate(
      ({ app }) =>
        app.getAppMetrics().filter(({ type, name }) => type === 'Utility' && name === 'Crewlane slot').length,
    );
  await expect.poll(slotProcesses).toBeGreaterThanOrEqual(8);
  await expect(canvas.getByLabel(/^Task \w+, completed$/)).toHaveCount(12);

  const exports = join(folder, 'reports');
  await mkdir(exports);
  await chooseInOpenDialog(electron, exports);
  await page.getByRole('button', { name: 'Export reports' }).click();
  await expect.poll(() => readdir(exports)).toEqual([expect.stringMatching(/^concurrent_processing_\d{8}$/)]);
  const [name = ''] = await readdir(exports);
  const files = await readdir(join(exports, name));
  expect(files).toEqual(
    expect.arrayContaining([
      'performance_dashboard.md',
      'CONCURRENT_PROCESSING_SUMMARY.md',
      'timeline.svg',
      'events.jsonl',
    ]),
  );

  const exported = runSchema.parse(JSON.parse(await readFile(join(exports, name, 'run.json'), 'utf8')));
  expect(exported).toMatchObject({ outcome: 'completed', completed_tasks: 12 });
  expect(exported.peak_concurrency).toBeGreaterThanOrEqual(6);
  const rows = await timelineRows(page);
  expect(rows).toHaveLength(12);
  for (const row of rows) {
    const result = exported.results.find(({ task }) => task === row.task);
    expect(result, row.task).toBeDefined();
    if (!result) continue;
    expect(row).toMatchObject({
      agent: result.assigned_agent,
      state: result.status,
      slot: String(result.slot),
      attempts: String(result.attempts),
    });
    expect(textsOf(inMs(result.started_s))).toContain(row.started);
    expect(textsOf(inMs(result.ended_s) - inMs(result.started_s))).toContain(row.ran);
  }
  expect(problems).toEqual([]);
});
