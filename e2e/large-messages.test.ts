import type { Bridge } from '../shared/ipc/channels.ts';
import { expect, test } from './app.ts';

const MIB = 1024 * 1024;

test('an IPC message that is too large is refused with an error, and the window keeps responding', async ({ open }) => {
  const { electron, page } = await open();
  await electron.evaluate(({ clipboard }) => clipboard.writeText('before'));
  const refusals = await page.evaluate(async (mib) => {
    const { crewlane } = globalThis as unknown as { crewlane: Bridge };
    const send = (name: 'app.copy' | 'crew.edited', input: string) =>
      crewlane.call(name, input).then(
        () => 'sent',
        (error: unknown) => String(error),
      );
    return [
      await send('app.copy', JSON.stringify({ text: 'x'.repeat(200 * mib) })),
      await send('crew.edited', `{"edited":true,"crew":{"extras":"${'x'.repeat(100 * mib)}"}}`),
      await send('crew.edited', '['.repeat(mib)),
    ];
  }, MIB);
  expect(refusals[0]).toContain('"app.copy" has 201 MiB. At most 16 MiB');
  expect(refusals[1]).toContain('"crew.edited" has 101 MiB. At most 32 MiB');
  expect(refusals[2]).toContain('crew.edited');
  await expect(page.getByText('The message "app.copy" has 201 MiB.').first()).toBeVisible();
  expect(await electron.evaluate(({ clipboard }) => clipboard.readText())).toBe('before');
  const pasted = await page.evaluate(() => {
    const { crewlane } = globalThis as unknown as { crewlane: Bridge };
    return crewlane.call('app.paste', '{}');
  });
  expect(pasted).toBe('{"text":"before"}');
});
