import type { FileNotice } from '../../../shared/ipc/values.ts';

export type FileAction = 'keep' | 'take' | 'compare' | 'save_again' | 'save_as';

interface Bar {
  text: string;
  actions: readonly { action: FileAction; label: string }[];
}

type Recovered = Extract<FileNotice, { kind: 'recovered' }>;

const KEEP = { action: 'keep', label: 'Keep mine' } as const;
const COMPARE = { action: 'compare', label: 'Compare' } as const;
const SAVE_AS = { action: 'save_as', label: 'Save As…' } as const;
const KEEP_RECOVERED = { action: 'keep', label: 'Keep recovered' } as const;
const USE_FILE = { action: 'take', label: 'Use file' } as const;

/** The message about the window's file, and the possible answers. */
export function fileBar(notice: FileNotice): Bar {
  switch (notice.kind) {
    case 'changed':
      return {
        text: 'Changed on disk since you opened it',
        actions: [KEEP, { action: 'take', label: 'Take theirs' }, COMPARE],
      };
    case 'deleted':
      return {
        text: 'The file was deleted or moved. This window has the only copy.',
        actions: [{ action: 'save_again', label: 'Save again' }, SAVE_AS],
      };
    case 'unreadable':
      return {
        text: `The file changed on disk and can no longer be opened. ${notice.reason}`,
        actions: [KEEP, SAVE_AS],
      };
    case 'recovered':
      return recoveredBar(notice);
  }
}

function recoveredBar({ file, from, kept_ms }: Recovered): Bar {
  const what = `Recovered unsaved changes${kept_ms === 0 ? '' : ` from ${timeOf(kept_ms)}`}.`;
  switch (file) {
    case 'none': {
      const origin = from === null ? '' : ` They were made to ${from}, which another window has open.`;
      return { text: `${what}${origin}`, actions: [KEEP_RECOVERED, { action: 'take', label: 'Discard' }] };
    }
    case 'same':
      return { text: what, actions: [KEEP_RECOVERED, USE_FILE, COMPARE] };
    case 'newer':
      return { text: `${what} The file on disk is newer.`, actions: [KEEP_RECOVERED, USE_FILE, COMPARE] };
    case 'missing':
      return { text: `${what} The file was deleted or moved.`, actions: [KEEP_RECOVERED, SAVE_AS] };
  }
}

/** A moment in the person's own format: `Nov 30, 2026, 7:12 AM`. */
export function timeOf(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
