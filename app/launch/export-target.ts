import { access, constants, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { isInside } from '../base/contained-path.ts';
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
  const link = await linkOnTheWay(path);
  if (link !== null) return linkMessage(link);
  const facts = await stat(path).catch(() => null);
  if (facts === null) return checkParent(path);
  if (!facts.isDirectory()) return `${path} is a file. Name a folder for the reports.`;
  const names = await readdir(path).catch(() => null);
  if (names === null) return `The folder ${path} cannot be read. Choose another for the reports.`;
  if (names.length > 0 && !(await isExport(path))) {
    return `The folder ${path} contains other files, which the reports would replace. Choose a new or empty folder.`;
  }
  return checkParent(path);
}

/**
 * The link that an export would follow: the folder itself, or a link in the current folder or below it, which may have
 * come with the files of somebody else. Links above the current folder belong to the person or the system.
 */
async function linkOnTheWay(path: string): Promise<string | null> {
  const here = process.cwd();
  const steps = relative(here, path).split(sep);
  const onTheWay = isInside(here, path) ? steps.map((_, at) => join(here, ...steps.slice(0, at + 1))) : [path];
  for (const folder of onTheWay) {
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
    : `${link} is a link to ${real}. Reports are not written through links. Name that folder, or choose another.`;
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
