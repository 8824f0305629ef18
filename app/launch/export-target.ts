import { access, constants, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { isInside } from '../base/contained-path.ts';
import { readJsonFile } from '../base/json-file.ts';

/** Files that identify an export of a run or batch, each with its `format` value. */
const MARKS = [
  { file: 'run.json', format: 'crewlane-run/' },
  { file: 'batch.json', format: 'crewlane-batch-report/' },
];

/**
 * Checks whether reports can be written to exactly this folder: it must be missing, empty or an earlier export. Creates
 * nothing. @returns why not and what to do; null if it is suitable
 */
export async function checkExportTarget(dir: string): Promise<string | null> {
  const path = resolve(dir);
  const link = await firstLinkIn(path);
  if (link !== null) return linkMessage(link);
  const facts = await stat(path).catch(() => null);
  if (facts === null) return checkParent(path);
  if (!facts.isDirectory()) return `${path} is a file. Choose a folder for the reports.`;
  const names = await readdir(path).catch(() => null);
  if (names === null) return `The folder ${path} cannot be read. Choose another folder for the reports.`;
  if (names.length > 0 && !(await isExport(path))) {
    return `The folder ${path} contains other files, which the reports would replace. Choose a new or empty folder.`;
  }
  return checkParent(path);
}

/**
 * Returns the link that an export would follow: the folder itself, or a link in the current folder or below it, which
 * may come from another person. Links above the current folder belong to the person or the system.
 */
async function firstLinkIn(path: string): Promise<string | null> {
  const currentFolder = process.cwd();
  const steps = relative(currentFolder, path).split(sep);
  const folders = isInside(currentFolder, path)
    ? steps.map((_, at) => join(currentFolder, ...steps.slice(0, at + 1)))
    : [path];
  for (const folder of folders) {
    const facts = await lstat(folder).catch(() => null);
    if (facts === null) return null;
    if (facts.isSymbolicLink()) return folder;
  }
  return null;
}

async function linkMessage(link: string): Promise<string> {
  const real = await realpath(link).catch(() => null);
  return real === null
    ? `${link} is a link to a folder that does not exist. Reports are not written through links. Choose another folder.`
    : `${link} is a link to ${real}. Reports are not written through links. Use that folder or choose another.`;
}

async function isExport(path: string): Promise<boolean> {
  const found = await Promise.all(MARKS.map(({ file, format }) => hasFormat(join(path, file), format)));
  return found.includes(true);
}

async function hasFormat(file: string, format: string): Promise<boolean> {
  const read = await readJsonFile(file);
  return read.ok && z.object({ format: z.string().startsWith(format) }).safeParse(read.value).success;
}

/** An export is written next to its destination, so the nearest existing parent folder must be writable. */
async function checkParent(path: string): Promise<string | null> {
  let parent = dirname(path);
  while (parent !== dirname(parent) && !(await stat(parent).catch(() => null))) parent = dirname(parent);
  const facts = await stat(parent).catch(() => null);
  if (facts && !facts.isDirectory())
    return `${parent} is a file, so no folder can be created in it. Choose another folder for the reports.`;
  try {
    await access(parent, constants.W_OK);
    return null;
  } catch {
    return `The folder ${parent} is not writable, so the reports cannot be written to ${path}. Choose another folder.`;
  }
}
