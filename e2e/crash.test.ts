import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright/test';
import { expect, test } from './app.ts';
import { chooseInSaveDialog } from './dialogs.ts';
import { layeredCrew } from './layered-crew.ts';

interface Shown {
  shown: { message: string; detail?: string; buttons?: string[] }[];
  answer: ((button: string) => void) | null;
}

/** Makes the system's message boxes wait for `answer`, and lists them. */
async function queueDialogs(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ dialog }) => {
    const held: Shown = { shown: [], answer: null };
    Object.assign(globalThis, { held });
    dialog.showMessageBox = async (...given: unknown[]) => {
      const options = given.at(-1) as Shown['shown'][number];
      held.shown.push(options);
      const button = await new Promise<string>((resolve) => {
        held.answer = resolve;
      });
      return { response: options.buttons?.indexOf(button) ?? 0, checkboxChecked: false };
    };
  });
}

/**
 * Evaluates code in main. While errors are thrown in main, an evaluation can be lost, because its promise is
 * garbage-collected.
 */
async function evaluated<T>(evaluate: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await evaluate();
    } catch (error) {
      if (!String(error).includes('garbage collected')) throw error;
    }
  }
}

function shown(electron: ElectronApplication): Promise<Shown['shown']> {
  return evaluated(() => electron.evaluate(() => (globalThis as unknown as { held: Shown }).held.shown));
}

function answer(electron: ElectronApplication, button: string): Promise<void> {
  return evaluated(() =>
    electron.evaluate((_electron, chosen) => (globalThis as unknown as { held: Shown }).held.answer?.(chosen), button),
  );
}

test('a bug in the main process is shown once, its diagnostics are saved, and the run completes', async ({
  launch,
  folder,
}) => {
  const file = join(folder, 'layered.crew.json');
  await writeFile(file, JSON.stringify(layeredCrew(12, 4)));
  const { page, electron } = await launch({ file });
  const path = join(folder, 'diagnostics.json');
  await chooseInSaveDialog(electron, path);
  await queueDialogs(electron);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await electron.evaluate(() => {
    void Promise.reject(new Error('Refused sk-abcdef123456: "a text of the crew" in /home/ann/x'));
    setTimeout(() => {
      throw new TypeError('timers too');
    });
    let times = 0;
    const again = setInterval(() => {
      times += 1;
      if (times === 50) clearInterval(again);
      throw new RangeError('again and again');
    });
  });
  await expect.poll(() => shown(electron)).toHaveLength(1);
  const [crash] = await shown(electron);
  expect(crash?.message).toBe('Something went wrong in Crewlane.');
  expect(crash?.detail).toMatch(/Refused …/);
  expect(crash?.buttons).toEqual(['Continue', 'Save diagnostics…', 'Quit']);

  await answer(electron, 'Save diagnostics…');
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('again and again');
  const saved = await readFile(path, 'utf8');
  expect(JSON.parse(saved)).toMatchObject({ settings: { theme: 'system' }, platform: { name: process.platform } });
  expect(saved).toContain('timers too');
  for (const secret of ['sk-abcdef', 'a text of the crew', 'ann', folder]) expect(saved).not.toContain(secret);

  await expect(page.getByRole('status').getByText('12 of 12 done')).toBeVisible();
  expect(await shown(electron)).toHaveLength(1);
});

test('a page that keeps crashing is reloaded only after a question', async ({ launch }) => {
  const { electron } = await launch();
  await queueDialogs(electron);
  const canvas = async () =>
    (await electron.firstWindow({ timeout: 180_000 })).getByRole('region', { name: 'Crew canvas' });
  await (await canvas()).waitFor();
  const crash = () =>
    electron.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const gone = new Promise((resolve) => contents?.once('render-process-gone', resolve));
      contents?.forcefullyCrashRenderer();
      await gone;
    });
  const loaded = () =>
    electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isCrashed() === false);
  for (let time = 0; time < 8; time += 1) {
    await crash();
    await expect.poll(loaded).toBe(true);
  }
  expect(await shown(electron)).toEqual([]);
  await crash();
  await expect.poll(() => shown(electron)).toMatchObject([{ message: 'This window keeps crashing.' }]);
  expect(await loaded()).toBe(false);
  await answer(electron, 'Reload');
  await expect.poll(loaded).toBe(true);
});
