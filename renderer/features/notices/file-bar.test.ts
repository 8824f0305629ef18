import { describe, expect, it } from 'vitest';
import { fileBar } from './file-bar.ts';

const labels = (...given: Parameters<typeof fileBar>) => fileBar(...given).actions.map(({ label }) => label);
const recovered = (file: 'none' | 'same' | 'newer' | 'missing', from: string | null = null) =>
  ({ kind: 'recovered', kept_ms: Date.UTC(2026, 0, 2), from, file }) as const;

describe('The message about the file of the window', () => {
  it('The message about the file of the window offers an answer to each situation', () => {
    expect(labels({ kind: 'changed' })).toEqual(['Keep mine', 'Take theirs', 'Compare']);
    expect(labels({ kind: 'deleted' })).toEqual(['Save again', 'Save As…']);
    expect(labels({ kind: 'unreadable', reason: 'It is not JSON.' })).toEqual(['Keep mine', 'Save As…']);
    expect(labels(recovered('none'))).toEqual(['Keep recovered', 'Discard']);
    expect(labels(recovered('same'))).toEqual(['Keep recovered', 'Use file', 'Compare']);
    expect(labels(recovered('newer'))).toEqual(['Keep recovered', 'Use file', 'Compare']);
    expect(labels(recovered('missing'))).toEqual(['Keep recovered', 'Save As…']);
  });

  it('The message about the file of the window states when the edits were saved, that the file is newer, and where edits without a file come from', () => {
    expect(fileBar(recovered('newer')).text).toMatch(
      /^Recovered unsaved changes from .*2026.*\. The file on disk is newer\.$/,
    );
    expect(fileBar(recovered('none', '/a/team.crew.json')).text).toContain('/a/team.crew.json');
    expect(fileBar({ ...recovered('same'), kept_ms: 0 }).text).toBe('Recovered unsaved changes.');
  });
});
