import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsFile } from './settings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crewlane-main-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('settings', () => {
  const fail = (message: string) => expect.unreachable(message);

  it('settings are stored, with the latest files first', () => {
    const path = join(dir, 'settings.json');
    const settings = new SettingsFile(path, fail);
    settings.update({ theme: 'dark' });
    for (const name of ['/a', '/b', '/a']) settings.addRecent(name);
    expect(new SettingsFile(path, fail).get()).toMatchObject({ theme: 'dark', recent: ['/a', '/b'] });
    expect(readFileSync(path, 'utf8')).not.toContain('key');
  });

  it('settings contain the latest 200 interrupted runs that a person dismissed', () => {
    const path = join(dir, 'settings.json');
    const settings = new SettingsFile(path, fail);
    for (let at = 1; at <= 201; at += 1) settings.dismissRun(`run-${at}`);
    const { dismissedRuns } = new SettingsFile(path, fail).get();
    expect([dismissedRuns.length, dismissedRuns[0], dismissedRuns.at(-1)]).toEqual([200, 'run-2', 'run-201']);
  });

  it('damaged settings get their defaults, and readable ones remain', () => {
    const path = join(dir, 'settings.json');
    writeFileSync(path, '{"theme": "pink", "recent": ["/a"]}');
    expect(new SettingsFile(path, fail).get()).toMatchObject({ theme: 'system', recent: ['/a'] });
    writeFileSync(path, 'nonsense');
    expect(new SettingsFile(path, fail).get().recent).toEqual([]);
  });
});
