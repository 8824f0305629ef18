import { describe, expect, it } from 'vitest';
import { windowTitles } from './titles.ts';

const file = (path: string, edited = false) => ({ path, crew: 'crew', edited });
const unsaved = (crew: string, edited = false) => ({ path: null, crew, edited });

describe('titles of windows', () => {
  it('a title names the file and marks unsaved changes', () => {
    expect(windowTitles([file('/a/team.crew.json', true), file('/a/other.crew.json')])).toEqual([
      '• team.crew.json — Crewlane',
      'other.crew.json — Crewlane',
    ]);
  });

  it('a crew without a file is named, and further ones of the same name are numbered', () => {
    expect(windowTitles([unsaved('new_crew'), unsaved('new_crew', true), unsaved('council')])).toEqual([
      'new_crew — Crewlane',
      '• new_crew (2) — Crewlane',
      'council — Crewlane',
    ]);
  });

  it('files of the same name also show their folder, or the whole path if the folders have the same name', () => {
    expect(windowTitles([file('/a/team.crew.json'), file('/b/team.crew.json')])).toEqual([
      'team.crew.json — a — Crewlane',
      'team.crew.json — b — Crewlane',
    ]);
    const [first, second] = windowTitles([file('/a/x/team.crew.json'), file('/b/x/team.crew.json')]);
    expect(first).toBe('team.crew.json — /a/x — Crewlane');
    expect(second).toBe('team.crew.json — /b/x — Crewlane');
  });
});
