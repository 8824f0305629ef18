import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkExportTarget } from './export-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'crewlane-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

function filled(name: string, files: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

describe('the target of an export', () => {
  it('Reports can be written to a missing folder, an empty folder or an earlier export.', async () => {
    const targets = [
      join(folder, 'a', 'b'),
      filled('empty', {}),
      filled('export', { 'run.json': '{ "format": "crewlane-run/1" }', 'more.md': '' }),
    ];
    expect(await Promise.all(targets.map(checkExportTarget))).toEqual([null, null, null]);
  });

  it('A folder with other files, or a file, is refused with advice.', async () => {
    expect(await checkExportTarget(filled('work', { 'thesis.md': '' }))).toMatch(/contains other files.*empty folder/);
    expect(await checkExportTarget(filled('other', { 'run.json': '{}' }))).toMatch(/contains other files/);
    const file = join(filled('plain', { file: '' }), 'file');
    expect(await checkExportTarget(file)).toMatch(/is a file/);
    expect(await checkExportTarget(join(file, 'below'))).toMatch(/is a file/);
  });

  it('A link, or a path through a link below the current folder, is refused and its target is named.', async () => {
    const [dangling, link] = [join(folder, 'dangling'), join(folder, 'link')];
    symlinkSync(join(folder, 'nowhere'), dangling);
    symlinkSync(filled('victim', {}), link);
    expect(await checkExportTarget(dangling)).toMatch(/is a link to a folder that does not exist/);
    expect(await checkExportTarget(link)).toMatch(/is a link to .*victim\. .*Use that folder/);
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await checkExportTarget('link/reports')).toMatch(/is a link to/);
      expect(await checkExportTarget(join(process.cwd(), 'link', 'a', 'b'))).toMatch(/is a link to/);
      expect(await checkExportTarget('reports/a')).toBe(null);
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(join(folder, 'victim'))).toEqual([]);
  });
});
