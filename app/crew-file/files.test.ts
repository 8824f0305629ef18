import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { loadCrew } from './load.ts';
import { parseCrew } from './parse.ts';
import { prepareWorkspace } from './prepare/prepare.ts';
import { saveCrew } from './save.ts';
import { listTemplates, readTemplate } from './templates.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-project-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function shipped(name: string) {
  const read = await readTemplate(EXAMPLES, name);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.crew;
}

describe('the crews that ship', () => {
  it('All templates are valid and stored exactly as they would be saved.', async () => {
    const templates = await listTemplates(EXAMPLES);
    expect(templates.map(({ name }) => name)).toEqual([
      'assigned_by_manager',
      'concurrent_processing',
      'council_of_three',
      'empty_crew',
      'read_the_web',
      'release_rhythm',
      'two_steps',
      'write_a_book',
      'write_a_guide',
      'write_and_review',
    ]);
    for (const { name } of templates) {
      const text = await readFile(join(EXAMPLES, name, `${name}.crew.json`), 'utf8');
      const parsed = parseCrew(text);
      expect(parsed.ok && serializeCrew(parsed.crew)).toBe(text);
    }
  });

  it('An unknown template is refused with the list of templates.', async () => {
    expect(await readTemplate(EXAMPLES, '../examples/two_steps')).toMatchObject({
      ok: false,
      problems: [{ code: 'unknown_template' }],
    });
  });
});

describe('saving', () => {
  it('A saved crew reads back unchanged, and the previous content is stored in one backup.', async () => {
    const path = join(dir, 'crew.crew.json');
    const crew = await shipped('concurrent_processing');
    expect(await saveCrew(path, crew)).toEqual({ ok: true });
    expect(await loadCrew(path)).toEqual({ ok: true, crew, text: serializeCrew(crew), problems: [] });
    await saveCrew(path, { ...crew, description: 'Changed' });
    expect(await loadCrew(join(dir, '.crew.crew.json.bak'))).toMatchObject({ ok: true, crew });
  });

  it('Saving to a missing folder is refused and leaves no file behind.', async () => {
    const saved = await saveCrew(join(dir, 'none', 'crew.crew.json'), await shipped('two_steps'));
    expect(saved).toMatchObject({ ok: false, message: expect.stringContaining('its folder does not exist') });
  });
});

describe('a file that cannot be read', () => {
  it('An unreadable file is one problem with advice.', async () => {
    expect(await loadCrew(join(dir, 'none.crew.json'))).toMatchObject({ problems: [{ code: 'unreadable' }] });
    expect(await loadCrew(dir)).toMatchObject({ ok: false });
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect(await loadCrew(join(dir, 'pipe'))).toMatchObject({ ok: false, problems: [{ code: 'not_a_file' }] });
    await writeFile(join(dir, 'binary'), Buffer.from([0xff, 0xfe, 0x80]));
    expect(await loadCrew(join(dir, 'binary'))).toMatchObject({ problems: [{ code: 'not_text' }] });
  });
});

describe('the workload of the seed crew', () => {
  it('the workload of the seed crew is written once, always the same, with the declared rows and flaws', async () => {
    const first = await prepareWorkspace('concurrent_processing', dir);
    expect(first).toEqual({
      ok: true,
      written: ['customers.csv', 'transactions.csv', 'products.csv', 'workload_data.json'],
    });
    const customers = await readFile(join(dir, 'customers.csv'), 'utf8');
    const rows = customers.trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(10_000);
    expect(new Set(rows).size).toBeLessThan(10_000);
    expect(rows.some((row) => row.includes(',,'))).toBe(true);
    expect(rows.some((row) => row.includes('unknown'))).toBe(true);
    expect((await readFile(join(dir, 'transactions.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(50_001);
    expect((await readFile(join(dir, 'products.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(2_501);
    expect(await prepareWorkspace('concurrent_processing', dir)).toEqual({ ok: true, written: [] });
    await rm(join(dir, 'customers.csv'));
    await prepareWorkspace('concurrent_processing', dir);
    expect(await readFile(join(dir, 'customers.csv'), 'utf8')).toBe(customers);
    expect((await stat(join(dir, 'workload_data.json'))).isFile()).toBe(true);
  });

  it('An unknown generator is refused.', async () => {
    expect(await prepareWorkspace('toString', dir)).toMatchObject({ ok: false });
  });
});
