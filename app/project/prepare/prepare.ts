import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { concurrentProcessing } from './concurrent-processing.ts';

/** File names and what writes each. */
type Generator = Readonly<Record<string, () => string>>;

const GENERATORS: Readonly<Record<string, Generator>> = { concurrent_processing: concurrentProcessing };

export type Prepared = { ok: true; written: string[] } | { ok: false; message: string };

export function isGenerator(name: string): boolean {
  return Object.hasOwn(GENERATORS, name);
}

/**
 * Runs a generator of `settings.prepare`: writes those of its files that the workspace does not have yet, each whole or
 * not at all. Every start of it writes the same bytes.
 */
export async function prepareWorkspace(name: string, workspace: string): Promise<Prepared> {
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (!generator) {
    const known = Object.keys(GENERATORS).join(', ');
    return { ok: false, message: `settings.prepare is "${name}", which is no generator. Generators are ${known}.` };
  }
  const written: string[] = [];
  try {
    await mkdir(workspace, { recursive: true });
    for (const [file, content] of Object.entries(generator)) {
      const path = join(workspace, file);
      if (await exists(path)) continue;
      await writeWhole(path, content());
      written.push(file);
    }
    return { ok: true, written };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `The workload could not be written into ${workspace}: ${reason}.` };
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function writeWhole(path: string, content: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
