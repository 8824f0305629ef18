import { GENERATOR_NAMES, type GeneratorName, isGeneratorName } from '../../../shared/crew/generators.ts';
import { FolderHandle } from '../../base/folder-handle.ts';
import { makeFolders } from '../../base/make-folders.ts';
import { messageOf } from '../../base/system-error.ts';
import { concurrentProcessing } from './concurrent-processing.ts';

/** Generators by file name. */
type Generator = Readonly<Record<string, () => string>>;

const GENERATORS: Readonly<Record<GeneratorName, Generator>> = { concurrent_processing: concurrentProcessing };

export type Prepared = { ok: true; written: string[] } | { ok: false; message: string };

/**
 * Runs a generator of `settings.prepare`: writes those of its files that are missing in the workspace, each
 * completely or not at all. Links are not followed and count as existing files. A generator always writes the same
 * bytes.
 */
export async function prepareWorkspace(name: string, workspace: string): Promise<Prepared> {
  if (!isGeneratorName(name)) {
    const known = GENERATOR_NAMES.join(', ');
    return {
      ok: false,
      message: `settings.prepare is "${name}", which is not a known generator. Use one of ${known}.`,
    };
  }
  const written: string[] = [];
  try {
    await makeFolders(workspace, 'default');
    const folder = await FolderHandle.open(workspace, 'refuse');
    try {
      for (const [file, content] of Object.entries(GENERATORS[name])) {
        if (await folder.has(file)) continue;
        await folder.replace(file, content(), { mode: 'default' });
        written.push(file);
      }
    } finally {
      await folder.close();
    }
    return { ok: true, written };
  } catch (error) {
    const reason = messageOf(error);
    return { ok: false, message: `The workload could not be written into ${workspace}: ${reason}.` };
  }
}
