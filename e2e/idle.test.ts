import { expect, TWO_STEPS, test } from './app.ts';
import { chooseInMenu } from './dialogs.ts';
import { whenIdle } from './when-idle.ts';

test('a window names a call that is not answered yet, and is idle after the answer', async ({ open }) => {
  const { electron, page, problems } = await open({ file: TWO_STEPS });
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-busy', '');
  await electron.evaluate(({ dialog }) => {
    dialog.showOpenDialog = () => new Promise((resolve) => Object.assign(globalThis, { answerDialog: resolve }));
  });
  await chooseInMenu(electron, 'Open…');
  await expect(root).toHaveAttribute('data-busy', /(^| )call:crew\.open($| )/);
  await electron.evaluate(() => {
    const { answerDialog } = globalThis as unknown as { answerDialog: (answer: object) => void };
    answerDialog({ canceled: true, filePaths: [] });
  });
  await whenIdle(page);
  await expect(root).toHaveAttribute('data-busy', '');
  expect(problems).toEqual([]);
});

test('a window is busy from an edit until it is sent and predicted, and while a run is drawn', async ({ open }) => {
  const { page, problems } = await open({ file: TWO_STEPS });
  const root = page.locator('html');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(root).toHaveAttribute('data-busy', /(^| )timeline($| )/);
  await expect(page.getByRole('status')).toContainText('2 of 2 done');
  await whenIdle(page);
  await page.evaluate(() => {
    const names = new Set<string>();
    const root = document.documentElement;
    const read = () => {
      for (const name of (root.dataset['busy'] ?? '').split(' ')) names.add(name);
    };
    new MutationObserver(read).observe(root, { attributeFilter: ['data-busy'] });
    Object.assign(globalThis, { namesOfBusy: names });
  });
  await page.keyboard.press('t');
  await whenIdle(page);
  const names = await page.evaluate(() => {
    const { namesOfBusy } = globalThis as unknown as { namesOfBusy: Set<string> };
    return [...namesOfBusy];
  });
  expect(names).toEqual(expect.arrayContaining(['unsent-edits', 'call:crew.edited', 'prediction', 'stale-results']));
  expect(problems).toEqual([]);
});
