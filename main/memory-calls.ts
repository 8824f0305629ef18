import { realPathOf } from '../app/base/contained-path.ts';
import { messageOf } from '../app/base/system-error.ts';
import type { MemoryChange, MemoryFile } from '../app/knowledge/memory-file.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { memoryOf } from '../app/launch/memory.ts';
import type { Handlers } from './ipc.ts';
import type { Session } from './session.ts';

type MemoryCalls = Pick<Handlers<Session>, 'memory.list' | 'memory.edit' | 'memory.delete' | 'memory.clear'>;

/** Handles the window's calls about what its crew remembers. */
export function memoryCalls(folders: DataFolders): MemoryCalls {
  const of = async ({ document: { crew, path }, origin }: Session) => {
    const file = path === null ? null : await realPathOf(path);
    return memoryOf(folders, crew.name, { file, isForeign: origin === 'foreign' });
  };
  return {
    'memory.list': async (session) => {
      const { items, damaged } = await (await of(session)).read();
      return { items: items.toReversed(), damaged };
    },
    'memory.edit': (session, { id, text }) => done(of(session).then((memory) => memory.edit(id, text))),
    'memory.delete': (session, { id }) => done(of(session).then((memory) => memory.delete(id))),
    'memory.clear': (session) => done(of(session).then(cleared)),
  };
}

async function cleared(memory: MemoryFile): Promise<MemoryChange> {
  await memory.clear();
  return { ok: true };
}

async function done(
  change: Promise<MemoryChange>,
): Promise<{ status: 'done' } | { status: 'failed'; message: string }> {
  try {
    const changed = await change;
    return changed.ok ? { status: 'done' } : { status: 'failed', message: changed.reason };
  } catch (error) {
    return { status: 'failed', message: `The memory cannot be changed: ${messageOf(error)}` };
  }
}
