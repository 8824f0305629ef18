import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { csv, makeCrew, run } from './testing/batches.ts';
import { command } from './testing/command-and-server.ts';

it('A batch reports once that the durations of its rows cannot be stored.', async () => {
  // A folder under the name of the file makes every attempt to replace it fail.
  const history = join(command.home, 'history.json');
  await mkdir(join(history, 'inside'), { recursive: true });
  const ended = await command.run(run(await makeCrew('unstored'), await csv('unstored', ['x', 'y', 'z'])));
  await rm(history, { recursive: true });
  expect(ended.code).toBe(0);
  expect(ended.stderr.split('\n').filter((line) => line.includes('history.json'))).toHaveLength(1);
});
