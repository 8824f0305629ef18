import { describe, expect, it } from 'vitest';
import { beforeSave, decideAfterCheck, type FileComparison } from './file-decisions.ts';

const OLD = { kind: 'file', hash: 'old', changed_ms: 1 } as const;
const NEW = { kind: 'file', hash: 'new', changed_ms: 2 } as const;
const GONE = { kind: 'missing' } as const;
const LOCKED = { kind: 'unreadable', reason: 'permission denied' } as const;
const look = (standing: Partial<FileComparison>) =>
  decideAfterCheck({ base: { hash: 'old' }, isEdited: false, notice: null, disk: OLD, ...standing });
const show = (notice: FileComparison['notice']) => ({ do: 'show', notice });

describe('a check of the file', () => {
  it('an unchanged file shows no notice, even if one was shown before', () => {
    for (const notice of [null, { kind: 'deleted' }, { kind: 'changed' }] as const)
      expect(look({ notice, isEdited: true })).toEqual(show(null));
  });

  it('a changed file is read into a window without edits, and reported in one with edits', () => {
    expect(look({ disk: NEW })).toEqual({ do: 'reload' });
    expect(look({ disk: NEW, isEdited: true })).toEqual(show({ kind: 'changed' }));
  });

  it('a question about a changed file stays until it is answered, even if the edits are undone', () => {
    expect(look({ disk: NEW, notice: { kind: 'changed' } })).toEqual(show({ kind: 'changed' }));
  });

  it('a deleted file is reported, and one that comes back changed is read', () => {
    expect(look({ disk: GONE })).toEqual(show({ kind: 'deleted' }));
    expect(look({ disk: GONE, isEdited: true })).toEqual(show({ kind: 'deleted' }));
    expect(look({ disk: NEW, notice: { kind: 'deleted' } })).toEqual({ do: 'reload' });
  });

  it('a file whose deletion a person accepted counts as unchanged while it is missing', () => {
    expect(look({ base: 'missing', disk: GONE, notice: null })).toEqual(show(null));
    expect(look({ base: 'missing', disk: NEW, isEdited: true })).toEqual(show({ kind: 'changed' }));
  });

  it('a file that cannot be read is reported with the reason', () => {
    expect(look({ disk: LOCKED })).toEqual(show({ kind: 'unreadable', reason: 'permission denied' }));
  });

  it('recovered edits are offered until a person answers, with the state of the file', () => {
    const notice = { kind: 'recovered', kept_ms: 1, from: '/a', file: 'same' } as const;
    for (const [disk, file] of [
      [OLD, 'same'],
      [NEW, 'newer'],
      [GONE, 'missing'],
      [LOCKED, 'newer'],
    ] as const)
      expect(look({ disk, notice, isEdited: true })).toEqual(show({ ...notice, file }));
  });
});

describe('before a save', () => {
  it('a save asks only about differences from the base', () => {
    expect(beforeSave({ hash: 'old' }, OLD)).toBe('write');
    expect(beforeSave({ hash: 'old' }, NEW)).toBe('changed');
    expect(beforeSave({ hash: 'old' }, GONE)).toBe('deleted');
    expect(beforeSave({ hash: 'old' }, LOCKED)).toBe('unreadable');
    expect(beforeSave('missing', GONE)).toBe('write');
    expect(beforeSave('missing', NEW)).toBe('changed');
  });
});
