import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingsFile } from './settings.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crewlane-settings-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('settings that cannot be saved', () => {
  it('settings that cannot be saved apply, and are reported once until they can be saved again', () => {
    const reports: string[] = [];
    const blocked = join(dir, 'data');
    writeFileSync(blocked, 'a file where the folder should be');
    const settings = new SettingsFile(join(blocked, 'settings.json'), (message) => reports.push(message));
    settings.update({ theme: 'dark' });
    settings.update({ maximized: true });
    expect(settings.get()).toMatchObject({ theme: 'dark', maximized: true });
    expect(reports).toEqual([
      expect.stringContaining(`Could not save the settings in ${join(blocked, 'settings.json')}`),
    ]);
    rmSync(blocked);
    settings.update({ theme: 'light' });
    expect(new SettingsFile(join(blocked, 'settings.json'), (message) => reports.push(message)).get()).toMatchObject({
      theme: 'light',
      maximized: true,
    });
    expect(reports).toHaveLength(1);
  });
});
