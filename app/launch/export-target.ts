import { access, constants, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../base/json-file.ts';

/** The file that tells an export, of a run or of a batch, and the format that it says it has. */
const MARKS = [
  { file: 'run.json', format: 'crewlane-run/' },
  { file: 'batch.json', format: 'crewlane-batch-report/' },
];

/**
 * Whether reports may be written into exactly this folder: it is missing, empty, or holds an earlier export. Nothing is
 * made. @returns why not and what to do, or null
 */
export async function checkExportTarget(dir: string): Promise<string | null> {
  const path = resolve(dir);
  const facts = await stat(path).catch(() => null);
  if (facts === null && (await lstat(path).catch(() => null)))
    return `${path} is a link to a folder that is not there. Make that folder, or name another for the reports.`;
  if (facts === null) return checkParent(path);
  if (!facts.isDirectory()) return `${path} is a file. Name a folder for the reports.`;
  const names = await readdir(path).catch(() => null);
  if (names === null) return `The folder ${path} cannot be read. Choose another for the reports.`;
  if (names.length > 0 && !(await isExport(path))) {
    return `The folder ${path} holds other files, and the reports would take their place. Choose a new or empty folder.`;
  }
  return checkParent(path);
}

async function isExport(path: string): Promise<boolean> {
  const found = await Promise.all(MARKS.map(({ file, format }) => saysFormat(join(path, file), format)));
  return found.includes(true);
}

async function saysFormat(file: string, format: string): Promise<boolean> {
  const read = await readJsonFile(file);
  return read.ok && z.object({ format: z.string().startsWith(format) }).safeParse(read.value).success;
}

/** An export is made beside its place, so the nearest folder above that exists has to be writable. */
async function checkParent(path: string): Promise<string | null> {
  let parent = dirname(path);
  while (parent !== dirname(parent) && !(await stat(parent).catch(() => null))) parent = dirname(parent);
  const facts = await stat(parent).catch(() => null);
  if (facts && !facts.isDirectory())
    return `${parent} is a file, so no folder can be made in it. Choose another for the reports.`;
  try {
    await access(parent, constants.W_OK);
    return null;
  } catch {
    return `The folder ${parent} cannot be written, so the reports cannot be put into ${path}. Choose another folder.`;
  }
}
