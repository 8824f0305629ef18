import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { replaceFile } from '../../base/folder-handle.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { messageOf } from '../../base/system-error.ts';
import { takeLock } from '../../engine/locks/lock.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const recordSchema = z.object({
  format: z.literal('crewlane-trust/1'),
  /** Content hashes of crews that were created or saved here. */
  own: z.array(hash),
  /** Content hashes of crews that a person trusted, each with the file that it was read from. */
  crews: z.array(z.object({ sha256: hash, file: z.string().nullable() })),
  /** Real paths of folders whose crew files a person trusted. */
  folders: z.array(z.string()),
  /** What a person allowed once, as in `Grants`, each with the crew that it was allowed for; null: for the folder itself. */
  grants: z.array(z.object({ grant: z.string(), crew: hash.nullable() })),
});
export type TrustRecord = z.infer<typeof recordSchema>;

const NOTHING: TrustRecord = { format: 'crewlane-trust/1', own: [], crews: [], folders: [], grants: [] };

/** How long to wait for other processes that change the file. */
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

export type TrustChange = { ok: true; record: TrustRecord } | { ok: false; message: string };

/**
 * What a person trusts. A missing file is an empty record. An unreadable file counts as empty too: nothing is trusted,
 * and changes are refused, so that no entry is lost.
 */
export async function readTrust(file: string): Promise<TrustRecord> {
  const read = await readRecord(file);
  return read.ok ? read.record : NOTHING;
}

/**
 * Changes the record. Processes that change it at the same time take turns, and each sees what the others wrote.
 * @param change returns the new record, without changing its argument
 */
export async function updateTrust(file: string, change: (record: TrustRecord) => TrustRecord): Promise<TrustChange> {
  try {
    await makePrivateFolder(dirname(file));
    const lock = await takeTurn(`${file}.lock`);
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
    return { ok: false, message: `What you trust could not be stored in ${file}: ${messageOf(error)}.` };
  }
}

async function takeTurn(path: string) {
  for (const end = performance.now() + PATIENCE_MS; ; ) {
    const taken = await takeLock(path, 'trust');
    if (taken.ok) return taken.lock;
    if (taken.holder === null || performance.now() > end) throw new Error(taken.message);
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
