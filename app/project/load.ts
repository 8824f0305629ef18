import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Problem } from '../../shared/project/problem.ts';
import type { Project } from '../../shared/project/schema.ts';
import { parseProject } from './parse.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** `text` is what stood in the file: problems that are found later get their places from it. */
export type LoadedProject =
  | { ok: true; project: Project; text: string; problems: [] }
  | { ok: false; problems: Problem[] };

/** Reads a crew file. What is wrong with the file or in it comes back as problems. */
export async function loadProject(path: string): Promise<LoadedProject> {
  const read = await readText(path);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  const parsed = parseProject(read.text);
  if (parsed.ok) return { ...parsed, text: read.text };
  return isNotJson(parsed.problems) && !isJsonName(path)
    ? { ok: false, problems: [notACrew(path, 'not_json').problem] }
    : parsed;
}

function isNotJson([first]: readonly Problem[]): boolean {
  return first?.code === 'not_json';
}

function isJsonName(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}

/** Refuses a picture, a letter, or another file whose name does not suggest a crew. */
function notACrew(path: string, code: 'not_json' | 'not_text'): { ok: false; problem: Problem } {
  return unreadable(code, `${path} is not a crew file. Choose a file that ends in .crew.json.`);
}

async function readText(path: string): Promise<{ ok: true; text: string } | { ok: false; problem: Problem }> {
  try {
    // Without blocking: a pipe that nobody writes to would be waited for, and is no file anyway.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (facts.isDirectory()) return unreadable('not_a_file', folderMessage(path));
      if (!facts.isFile()) return unreadable('not_a_file', `${path} is not a regular file. Choose a *.crew.json file.`);
      if (facts.size > MAX_BYTES) return unreadable('too_large', `${path} is larger than 32 MiB. Is it a crew?`);
      return decode(path, await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadable('unreadable', messageFor(path, error));
  }
}

function decode(path: string, bytes: Uint8Array): { ok: true; text: string } | { ok: false; problem: Problem } {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return isJsonName(path)
      ? unreadable('not_text', `${path} is not UTF-8 text. Save it as UTF-8.`)
      : notACrew(path, 'not_text');
  }
}

function unreadable(code: string, message: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { code, message, path: '', line: 0, column: 0 } };
}

function messageFor(path: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `There is no file ${path}. Check the path.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this user. Change its permissions.`;
    case 'EISDIR':
      return folderMessage(path);
    default:
      return `${path} could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function folderMessage(path: string): string {
  return `${path} is a folder. Choose a *.crew.json file in it.`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
