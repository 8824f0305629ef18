import type { FileOnDisk } from '../app/crew-file/file-on-disk.ts';
import type { Expected } from '../app/crew-file/save.ts';
import type { FileNotice } from '../shared/ipc/values.ts';

/** A window's crew, compared with its file. */
export interface FileComparison {
  /** The state of the file when the crew was read or saved, or when a person last decided about it. */
  base: Expected;
  /** The crew differs from what was opened or saved. */
  isEdited: boolean;
  /** The notice about the file that the window shows now. */
  notice: FileNotice | null;
  disk: FileOnDisk;
}

export type Decision =
  /** The window shows this about its file. */
  | { do: 'show'; notice: FileNotice | null }
  /** The crew in the window is replaced by the file's. */
  | { do: 'reload' };

/** Decides what a window does after its file was checked. */
export function decideAfterCheck({ base, isEdited, notice, disk }: FileComparison): Decision {
  if (notice?.kind === 'recovered') return { do: 'show', notice: { ...notice, file: recoveredFileState(base, disk) } };
  if (isBase(base, disk)) return { do: 'show', notice: null };
  switch (disk.kind) {
    case 'missing':
      return { do: 'show', notice: { kind: 'deleted' } };
    case 'unreadable':
      return { do: 'show', notice: { kind: 'unreadable', reason: disk.reason } };
    case 'file':
      return isEdited || notice?.kind === 'changed' ? { do: 'show', notice: { kind: 'changed' } } : { do: 'reload' };
  }
}

/** How a file relates to the recovered edits of it. */
export function recoveredFileState(
  base: Expected,
  disk: FileOnDisk,
): Extract<FileNotice, { kind: 'recovered' }>['file'] {
  if (disk.kind === 'missing') return 'missing';
  return isBase(base, disk) ? 'same' : 'newer';
}

/** What must be asked before a file is written; `write`: nothing. */
export function beforeSave(base: Expected, disk: FileOnDisk): 'write' | 'changed' | 'deleted' | 'unreadable' {
  if (isBase(base, disk)) return 'write';
  switch (disk.kind) {
    case 'missing':
      return 'deleted';
    case 'unreadable':
      return 'unreadable';
    case 'file':
      return 'changed';
  }
}

/** The state of a file as the base of later comparisons; null for a file that cannot be read. */
export function baseOf(disk: FileOnDisk): Expected | null {
  switch (disk.kind) {
    case 'file':
      return { hash: disk.hash };
    case 'missing':
      return 'missing';
    case 'unreadable':
      return null;
  }
}

function isBase(base: Expected, disk: FileOnDisk): boolean {
  if (base === 'missing') return disk.kind === 'missing';
  return disk.kind === 'file' && disk.hash === base.hash;
}
