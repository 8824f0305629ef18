import { fromBufferPromise } from 'yauzl';

const MIB = 1024 * 1024;
/** The maximum size of an unpacked document. XML needs a multiple of it in memory. */
const MAX_UNPACKED_MIB = 128;
const MAX_ENTRIES = 5000;

/**
 * Unpacks an archive without keeping anything, and returns why it cannot be used; null if it can. The bytes are counted,
 * because declared sizes can be wrong.
 */
export async function archiveProblem(bytes: Uint8Array): Promise<string | null> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      lazyEntries: true,
    });
    if (zip.entryCount > MAX_ENTRIES) return `it contains more than ${MAX_ENTRIES} files`;
    let room = MAX_UNPACKED_MIB * MIB;
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) return 'it is encrypted with a password';
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        room -= chunk.length;
        if (room < 0) return `it unpacks to more than ${MAX_UNPACKED_MIB} MiB`;
      }
    }
    return null;
  } catch (error) {
    return `its archive is damaged (${error instanceof Error ? error.message : String(error)})`;
  }
}
