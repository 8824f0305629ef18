import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { replaceFile } from '../../base/folder-handle.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { writeFailure } from '../../base/system-error.ts';
import { takeLock } from '../../engine/locks/lock.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const recordSchema = z.object({
  format: z.literal('crewlane-trust/1'),
  /** Content hashes of crews that were created or saved on this machine. */
  own: z.array(hash),
  /** Content hashes of crews that a person trusted, each with the file that it was read from. */
  crews: z.array(z.object({ sha256: hash, file: z.string().nullable() })),
  /** Real paths of folders whose crew files a person trusted. */
  folders: z.array(z.string()),
  /** Permissions that a person granted, each with the content hash of the crew; null if granted to a folder. */
  grants: z.array(z.object({ grant: z.string(), crew: hash.nullable() })),
});
export type TrustRecord = z.infer<typeof recordSchema>;

const NOTHING: TrustRecord = { format: 'crewlane-trust/1', own: [], crews: [], folders: [], grants: [] };

/** Maximum time to wait for other processes that change the file, in ms. */
const LOCK_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

export type TrustChange = { ok: true; record: TrustRecord } | { ok: false; message: string };

/**
 * Reads what a person trusts. A missing or unreadable file counts as empty. Changes of an unreadable file are refused,
 * so that no entry is lost.
 */
export async function readTrust(file: string): Promise<TrustRecord> {
  const read = await readRecord(file);
  return read.ok ? read.record : NOTHING;
}

/**
 * Changes the record. A lock serializes processes that change it at the same time.
 * @param change returns the new record, without changing its argument
 */
export async function updateTrust(file: string, change: (record: TrustRecord) => TrustRecord): Promise<TrustChange> {
  try {
    await makePrivateFolder(dirname(file));
    const lock = await acquireLock(`${file}.lock`);
    try {
      const read = await readRecord(file);
      if (!read.ok) return read;
      const record = change(read.record);
      if (record !== read.record) await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 'private' });
      return { ok: true, record };
    } finally {
      await lock.release();
    }
  } catch (error) {
    return { ok: false, message: `Could not store trust in ${file}: ${writeFailure(error)}.` };
  }
}

async function acquireLock(path: string) {
  for (const end = performance.now() + LOCK_TIMEOUT_MS; ; ) {
    const lock = await takeLock(path, 'trust');
    if (lock.ok) return lock.lock;
    if (lock.holder === null || performance.now() > end) throw new Error(lock.message);
    await delay(POLL_MS);
  }
}

async function readRecord(file: string): Promise<TrustChange> {
  const read = await readTextFile(file);
  if (!read.ok && read.kind === 'missing') return { ok: true, record: NOTHING };
  if (!read.ok) return { ok: false, message: `${file} cannot be read: ${read.reason}. Nothing counts as trusted.` };
  const parsed = recordSchema.safeParse(parseJson(read.text));
  if (parsed.success) return { ok: true, record: parsed.data };
  return { ok: false, message: `${file} is damaged, so nothing counts as trusted. Remove the file to start again.` };
}
