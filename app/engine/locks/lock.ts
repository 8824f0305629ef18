import { randomUUID } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { createFile } from '../../base/folder-handle.ts';
import { sha256 } from '../../base/hash.ts';
import { makeFolders } from '../../base/make-folders.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { codeOf, messageOf } from '../../base/system-error.ts';
import { identify, isAlive, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';

const contentSchema = z.object({
  holder: processIdentitySchema,
  /** The run for which the lock is held. */
  run: z.string(),
  /** The holder's slot processes, which may briefly outlive it. */
  slots: z.array(processIdentitySchema),
});
type Content = z.infer<typeof contentSchema>;

/** How long to wait for a dead holder's slots, in ms. They exit when their channel closes. */
const ORPHAN_PATIENCE_MS = 5000;
const POLL_MS = 50;
const TRIES = 20;
/**
 * The number of tries in which an empty file counts as a lock that is being created. After that, its creator counts as
 * dead.
 */
const PATIENT_TRIES = 10;

export type LockResult =
  | { ok: true; lock: Lock }
  /** A living process holds the lock, or (`holder` null) the file cannot be created. */
  | { ok: false; holder: { pid: number; run: string } | null; message: string };

/**
 * Acquires the exclusive lock `path` for a run. A living holder keeps it. The lock of a dead holder is taken over after
 * its slots have exited; a slot that does not exit is identified by its start time and killed.
 */
export async function takeLock(path: string, run: string): Promise<LockResult> {
  const content: Content = { holder: await identify(process.pid), run, slots: [] };
  try {
    await makeFolders(dirname(path), 'private');
    return await tryToTake(path, content);
  } catch (error) {
    return { ok: false, holder: null, message: `The lock ${path} cannot be created: ${messageOf(error)}` };
  }
}

async function tryToTake(path: string, content: Content): Promise<LockResult> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await create(path, content)) return { ok: true, lock: new Lock(path, content) };
    const found = await read(path);
    if (found === null) continue; // Released in between.
    if (found.text === '' && tries < PATIENT_TRIES) {
      await delay(POLL_MS); // Its content is about to be written.
      continue;
    }
    // Another run of this process is also a living holder.
    if (found.content && (await isAlive(found.content.holder))) return refused(path, found.content);
    await removeDeadLock(path, found, content.run);
  }
  return {
    ok: false,
    holder: null,
    message: `The lock ${path} could not be acquired: other processes keep acquiring it`,
  };
}

function refused(path: string, found: Content): LockResult {
  const holder = { pid: found.holder.pid, run: found.run };
  return { ok: false, holder, message: `It is held by process ${holder.pid} for run ${holder.run} (${path}).` };
}

/** Creates the file with its content in one step, or reports that it exists. */
async function create(path: string, content: Content): Promise<boolean> {
  const own = await writeTemporary(path, content);
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!LINKS_UNSUPPORTED.has(codeOf(error))) throw error;
    return await createWithoutLinks(path, content);
  } finally {
    await rm(own, { force: true });
  }
}

/** Error codes of file systems without hard links, such as exFAT and some network drives. */
const LINKS_UNSUPPORTED: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Like `create`, but in two steps: the file is empty for a moment. */
async function createWithoutLinks(path: string, content: Content): Promise<boolean> {
  try {
    await createFile(path, JSON.stringify(content));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A lock file; `content` is null if it is not a valid lock. */
interface Found {
  text: string;
  content: Content | null;
}

async function read(path: string): Promise<Found | null> {
  const found = await readTextFile(path);
  if (found.ok) return { text: found.text, content: contentSchema.safeParse(parseJson(found.text)).data ?? null };
  if (found.kind === 'missing') return null;
  throw new Error(found.reason);
}

/** Whether a living process holds the lock. A missing lock, and a file that is not a lock, are not held. */
export async function isLocked(path: string): Promise<boolean> {
  const found = await read(path).catch(() => null);
  return found?.content != null && isAlive(found.content.holder);
}

/**
 * Removes a dead holder's lock. Only the process that holds the claim to this content may remove it, after a new check:
 * a faster process may have created its own lock there. The claim is an ordinary lock, so the claim of a process
 * that dies is taken over in the same way.
 */
async function removeDeadLock(path: string, dead: Found, run: string): Promise<void> {
  if (dead.content) await waitForOrphans(dead.content.slots);
  const claim = await tryToTake(`${path}.${sha256(dead.text).slice(0, 16)}`, {
    holder: await identify(process.pid),
    run,
    slots: [],
  });
  if (!claim.ok) {
    await delay(POLL_MS);
    return;
  }
  const now = await read(path);
  if (now?.text === dead.text) await rm(path, { force: true });
  await claim.lock.release();
}

async function waitForOrphans(slots: readonly ProcessIdentity[]): Promise<void> {
  const end = performance.now() + ORPHAN_PATIENCE_MS;
  let left = await living(slots);
  while (left.length > 0 && performance.now() < end) {
    await delay(POLL_MS);
    left = await living(left);
  }
  for (const slot of left) killOwn(slot);
}

async function living(processes: readonly ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const alive = await Promise.all(processes.map(isAlive));
  return processes.filter((_, index) => alive[index]);
}

/** Kills a listed slot process. Only its start time proves that it is the listed process. */
function killOwn(identity: ProcessIdentity): void {
  if (identity.start === null) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch {
    // The process has just exited.
  }
}

/** A lock that this process holds. */
export class Lock {
  readonly #path: string;
  #content: Content;
  /** The list to write next. */
  #slots: readonly number[] | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isReleased = false;

  constructor(path: string, content: Content) {
    this.#path = path;
    this.#content = content;
  }

  /**
   * Lists the slot processes in the lock, for a later takeover. Of concurrent lists, the last is written. A released lock
   * ignores them.
   */
  setSlots(pids: readonly number[]): void {
    if (this.#isReleased) return;
    const isToBeWritten = this.#slots !== null;
    this.#slots = pids;
    if (isToBeWritten) return;
    this.#writing = this.#writing.then(turnOfTheLoop).then(() => this.#writeSlots());
    // On a full disk, the lock keeps its older list. The run can still continue.
    this.#writing = this.#writing.catch(() => undefined);
  }

  async #writeSlots(): Promise<void> {
    const pids = this.#slots ?? [];
    this.#slots = null;
    const slots = await Promise.all(pids.map(identify));
    this.#content = { ...this.#content, slots };
    await rename(await writeTemporary(this.#path, this.#content), this.#path);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    await this.#writing;
    await rm(this.#path, { force: true });
  }
}

/** Writes a new file with a unique name. Returns its path. */
async function writeTemporary(path: string, content: Content): Promise<string> {
  const own = `${path}.${randomUUID()}`;
  await createFile(own, JSON.stringify(content));
  return own;
}
