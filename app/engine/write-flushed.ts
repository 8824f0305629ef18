import { open } from 'node:fs/promises';

/**
 * Writes a file; resolves when its content is safely on disk, rejects when it cannot be.
 * @param flag `wx` writes over no file
 */
export async function writeFlushed(path: string, flag: 'w' | 'wx', content: string | Uint8Array): Promise<void> {
  const file = await open(path, flag);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}
