import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const identitySchema = z.object({ pid: z.int().positive(), start: z.string().nullable() });
const contentSchema = z.object({
  holder: identitySchema,
  /** The run that it is held for. */
  run: z.string(),
  /** Slot processes of the holder, which may outlive it for a moment. */
  slots: z.array(identitySchema),
});
type Content = z.infer<typeof contentSchema>;

/** How long slots of a dead holder are waited for; they end by themselves when their channel closes. */
const ORPHAN_PATIENCE_MS = 5000;
const POLL_MS = 50;
const TRIES = 20;

export type LockResult =
  | { ok: true; lock: Lock }
  /** A living process holds it, or (`holder` null) the file cannot be made. */
  | { ok: false; holder: { pid: number; run: string } | null; message: string };

/**
 * Takes the exclusive lock `path` for a run. A living holder keeps it; a dead one's is taken over, once the slots that
 * it left behind are gone (they end themselves; one that does not is provably that process, and is killed).
 */
export async function takeLock(path: string, run: string): Promise<LockResult> {
  const content: Content = { holder: await identify(process.pid), run, slots: [] };
  try {
    await mkdir(dirname(path), { recursive: true });
    return await tryToTake(path, content);
  } catch (error) {
    return { ok: false, holder: null, message: `The lock ${path} cannot be made: ${messageOf(error)}` };
  }
}

async function tryToTake(path: string, content: Content): Promise<LockResult> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await create(path, content)) return { ok: true, lock: new Lock(path, content) };
    const found = await read(path);
    if (found === null) continue; // Given back in between.
    if (found !== 'unreadable' && (await isHeld(found))) return refused(path, found);
    await clearDead(path, found);
  }
  return { ok: false, holder: null, message: `The lock ${path} could not be taken: others keep taking it.` };
}

/** A process that holds a lock for another run in the same process is a living holder too. */
function isHeld(found: Content): Promise<boolean> {
  return isAlive(found.holder);
}

function refused(path: string, found: Content): LockResult {
  const holder = { pid: found.holder.pid, run: found.run };
  return { ok: false, holder, message: `It is held by process ${holder.pid} for run ${holder.run} (${path}).` };
}

/** Makes the file with its content in one step, or says that there is one. */
async function create(path: string, content: Content): Promise<boolean> {
  const own = `${path}.${process.pid}.${uniqueNumber()}`;
  await writeFile(own, JSON.stringify(content));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function read(path: string): Promise<Content | 'unreadable' | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  return parse(text);
}

function parse(text: string): Content | 'unreadable' {
  try {
    const parsed = contentSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/**
 * Moves a dead holder's lock away. Whoever was quicker may have put its own in the place meanwhile: then that one goes
 * back.
 */
async function clearDead(path: string, dead: Content | 'unreadable'): Promise<void> {
  if (dead !== 'unreadable') await waitForOrphans(dead.slots);
  const aside = `${path}.${process.pid}.${uniqueNumber()}.dead`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await read(aside);
  if (JSON.stringify(moved) !== JSON.stringify(dead)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
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

/** Only with its start time is it surely the one that was listed. */
function killOwn(identity: ProcessIdentity): void {
  if (identity.start === null) return;
  try {
    process.kill(identity.pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}

/** A lock that this process holds. */
export class Lock {
  readonly #path: string;
  #content: Content;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, content: Content) {
    this.#path = path;
    this.#content = content;
  }

  /** Lists the slot processes in it, for whoever finds their holder dead. */
  setSlots(pids: readonly number[]): void {
    this.#writing = this.#writing.then(async () => {
      const slots = await Promise.all(pids.map(identify));
      this.#content = { ...this.#content, slots };
      const next = `${this.#path}.${process.pid}.${uniqueNumber()}`;
      await writeFile(next, JSON.stringify(this.#content));
      await rename(next, this.#path);
    });
    // A full disk: the lock keeps its older list, which is no reason to end a run that can still be carried.
    this.#writing = this.#writing.catch(() => undefined);
  }

  async release(): Promise<void> {
    await this.#writing;
    await rm(this.#path, { force: true });
  }
}

let lastNumber = 0;
function uniqueNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
