import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CACHE } from './root.mjs';

let folder: string;
let name: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  name = `test-${process.pid}-${Date.now()}`;
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await rm(join(CACHE, `${name}.lock`), { force: true });
});

/**
 * A process that reads a number from a file and writes the next one. Without a lock, another process could write
 * between the two steps.
 */
async function count(): Promise<number | null> {
  const file = join(folder, 'count');
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
    await withLock(${JSON.stringify(name)}, async () => {
      const number = Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(${JSON.stringify(file)}, String(number + 1));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('Locks', () => {
  it('only one process at a time does work under a lock', async () => {
    await writeFile(join(folder, 'count'), '0');
    expect(await Promise.all([count(), count(), count(), count()])).toEqual([0, 0, 0, 0]);
    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('4');
  });

  it('a lock whose owner was killed does not block others', async () => {
    const holder = spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' });
    await new Promise((resolve) => holder.once('exit', resolve));
    await writeFile(join(CACHE, `${name}.lock`), String(holder.pid));
    await writeFile(join(folder, 'count'), '0');
    expect(await Promise.all([count(), count()])).toEqual([0, 0]);
    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('2');
  });
});
