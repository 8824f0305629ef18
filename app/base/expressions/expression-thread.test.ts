import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../scripts/bundle.mjs';
import { bundleFolder } from '../../testing/bundle-folder.ts';
import { ExpressionThread } from './expression-thread.ts';

describe('The thread that evaluates expressions', () => {
  let folder = '';
  let thread: ExpressionThread;

  beforeAll(async () => {
    folder = await bundleFolder('expressions');
    await bundle(folder, { expressions: 'app/base/expressions/thread.ts' });
    thread = new ExpressionThread(join(folder, 'expressions.js'));
  });

  afterAll(async () => {
    await thread.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('evaluates conditions and filters in the order of the requests', async () => {
    const variables = { outputs: { count: { events: 3 } } };
    const results = await Promise.all([
      thread.condition({ expression: 'outputs.count.events < 10', variables }),
      thread.filter({ expression: 'item > outputs.count.events', variables, as: 'item', items: [2, 4] }),
      thread.condition({ expression: 'outputs.more.events < 10', variables }),
    ]);
    expect(results).toEqual([
      { ok: true, value: true, detail: 'outputs.count.events is 3' },
      { ok: true, kept: [1] },
      { ok: false, message: 'No such key: more (column 9). Use has(…), or correct it.' },
    ]);
  });

  it('ends an evaluation that takes too long and evaluates the next one', async () => {
    const endless = {
      expression: `outputs.text.matches("^(a+)+$")`,
      variables: { outputs: { text: `${'a'.repeat(60)}!` } },
    };
    const [slow, next] = await Promise.all([
      thread.condition(endless),
      thread.condition({ expression: 'true', variables: {} }),
    ]);
    expect(slow).toEqual({ ok: false, message: 'It took longer than 1 s. Simplify it.' });
    expect(next).toMatchObject({ ok: true, value: true });
  });

  it('reports an evaluation that needs too much memory, and values that are too large', async () => {
    const list = Array.from({ length: 3000 }, (_, at) => at);
    const nested = 'outputs.list.map(a, outputs.list.map(b, outputs.list.map(c, string(a + b + c)))).size() > 0';
    const large = await thread.condition({ expression: nested, variables: { outputs: { list } } });
    expect(large).toMatchObject({ ok: false, message: expect.stringMatching(/memory|longer than 1 s/) });
    const values = { outputs: { text: 'x'.repeat(33 * 1024 * 1024) } };
    expect(await thread.condition({ expression: 'true', variables: values })).toMatchObject({
      ok: false,
      message: expect.stringContaining('larger than 32 MiB'),
    });
    expect(await thread.condition({ expression: 'true', variables: {} })).toMatchObject({ ok: true });
  });
});
