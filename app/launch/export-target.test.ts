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

describe('where reports may go', () => {
  it('takes a folder that is missing, also several deep, that is empty, or that holds an earlier export', async () => {
    const targets = [
      join(folder, 'a', 'b'),
      filled('empty', {}),
      filled('export', { 'run.json': '{ "format": "crewlane-run/1" }', 'more.md': '' }),
    ];
    expect(await Promise.all(targets.map(checkExportTarget))).toEqual([null, null, null]);
  });

  it('refuses a folder with other files, and a file, and says what to do', async () => {
    expect(await checkExportTarget(filled('work', { 'thesis.md': '' }))).toMatch(/holds other files.*empty folder/);
    expect(await checkExportTarget(filled('other', { 'run.json': '{}' }))).toMatch(/holds other files/);
    const file = join(filled('plain', { file: '' }), 'file');
    expect(await checkExportTarget(file)).toMatch(/is a file/);
    expect(await checkExportTarget(join(file, 'below'))).toMatch(/is a file/);
  });

  it('refuses a link, also one on the way below the current folder, and names the real folder', async () => {
    const [dangling, link] = [join(folder, 'dangling'), join(folder, 'link')];
    symlinkSync(join(folder, 'nowhere'), dangling);
    symlinkSync(filled('victim', {}), link);
    expect(await checkExportTarget(dangling)).toMatch(/is a link to a folder that does not exist/);
    expect(await checkExportTarget(link)).toMatch(/is a link to .*victim\. .*Name that folder/);
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
