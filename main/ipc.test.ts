import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ ipcMain: { handle: () => undefined } }));
const { messageRefusal } = await import('./ipc.ts');

const MIB = 1024 * 1024;

it('a message that is too long is refused before it is parsed', () => {
  expect(messageRefusal('crew.edited', '['.repeat(100 * MIB))).toBe(
    'The message "crew.edited" has 100 MiB. At most 32 MiB can be sent at once, so nothing was done.',
  );
  expect(messageRefusal('app.copy', 200 * MIB)).toMatch(/has 200 MiB. At most 16 MiB/);
  expect(messageRefusal('run.start', ' '.repeat(MIB + 1))).toMatch(/has 2 MiB. At most 1 MiB/);
});

it('a message that is not text is refused', () => {
  for (const input of [{}, null, undefined, 12, [200 * MIB]]) {
    expect(messageRefusal('app.copy', input)).toMatch(/is not text/);
  }
});

it('a message within its limit is parsed', () => {
  expect(messageRefusal('app.copy', ' '.repeat(16 * MIB))).toBe(null);
});
