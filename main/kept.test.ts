import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectSchema } from '../shared/project/schema.ts';
import { Recovery } from './recovery.ts';
import { SettingsFile } from './settings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crewlane-main-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const crew = projectSchema.parse({ format: 'crewlane/1', name: 'crew' });

describe('unsaved edits', () => {
  it('are found again at the next start, each with its file, until they are saved or given up', () => {
    new Recovery(dir).keep('/a.crew.json', { ...crew, description: 'edited' });
    new Recovery(dir).keep(null, { ...crew, description: 'never saved' });
    const next = new Recovery(dir);
    expect(next.find('/a.crew.json')?.description).toBe('edited');
    expect(next.find(null)?.description).toBe('never saved');
    expect(next.find('/b.crew.json')).toBeNull();
    next.forget('/a.crew.json');
    expect(next.find('/a.crew.json')).toBeNull();
  });

  it('that are not to be read any more count as none', () => {
    const recovery = new Recovery(dir);
    recovery.keep(null, crew);
    writeFileSync(join(dir, 'unsaved.json'), '{"path": null, "project": {"format": "crewlane/9"}}');
    expect(recovery.find(null)).toBeNull();
  });
});

describe('settings', () => {
  const fail = (message: string) => expect.unreachable(message);

  it('are remembered, with the latest files first', () => {
    const path = join(dir, 'settings.json');
    const settings = new SettingsFile(path, fail);
    settings.update({ theme: 'dark' });
    for (const name of ['/a', '/b', '/a']) settings.addRecent(name);
    expect(new SettingsFile(path, fail).get()).toMatchObject({ theme: 'dark', recent: ['/a', '/b'] });
    expect(readFileSync(path, 'utf8')).not.toContain('key');
  });

  it('that are damaged start anew, the readable ones kept', () => {
    const path = join(dir, 'settings.json');
    writeFileSync(path, '{"theme": "pink", "recent": ["/a"]}');
    expect(new SettingsFile(path, fail).get()).toMatchObject({ theme: 'system', recent: ['/a'] });
    writeFileSync(path, 'nonsense');
    expect(new SettingsFile(path, fail).get().recent).toEqual([]);
  });
});
