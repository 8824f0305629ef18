import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { readTextFile, type TextRead } from '../base/read-text-file.ts';
import { type Accepted, parseCrew } from './parse.ts';

/** `text` is the content of the file, from which later problems get their locations. */
export type LoadedCrew = { ok: true; crew: Crew; text: string; problems: [] } | { ok: false; problems: Problem[] };

/**
 * Reads a crew file. Returns problems if the file cannot be read or is invalid.
 * @param links `refuse` does not read a file through a link with its name
 */
export async function loadCrew(
  path: string,
  accepted: Accepted = 'complete',
  links: 'follow' | 'refuse' = 'follow',
): Promise<LoadedCrew> {
  const read = await readTextFile(path, { links });
  if (!read.ok) return { ok: false, problems: [readProblem(path, read)] };
  const parsed = parseCrew(read.text, accepted);
  if (parsed.ok) return { ...parsed, text: read.text };
  return isNotJson(parsed.problems) && !isJsonName(path)
    ? { ok: false, problems: [notACrew(path, 'not_json')] }
    : parsed;
}

function isNotJson([first]: readonly Problem[]): boolean {
  return first?.code === 'not_json';
}

function isJsonName(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}

/** Returns the problem for a picture, a document, or another file whose name does not suggest a crew. */
function notACrew(path: string, code: 'not_json' | 'not_text'): Problem {
  return problemOf(code, `${path} is not a crew file. Choose a file that ends in .crew.json.`);
}

function readProblem(path: string, { kind, reason }: Extract<TextRead, { ok: false }>): Problem {
  switch (kind) {
    case 'missing':
      return problemOf('unreadable', `There is no file ${path}. Check the path.`);
    case 'not_permitted':
      return problemOf('unreadable', `You do not have permission to read ${path}. Change its permissions.`);
    case 'folder':
      return problemOf('not_a_file', `${path} is a folder. Choose a *.crew.json file in it.`);
    case 'not_a_file':
      return problemOf('not_a_file', `${path} is not a regular file. Choose a *.crew.json file.`);
    case 'too_large':
      return problemOf('too_large', `${path} is larger than 32 MiB, the limit for a crew file.`);
    case 'not_text':
      return isJsonName(path)
        ? problemOf('not_text', `${path} is not UTF-8 text. Save it as UTF-8.`)
        : notACrew(path, 'not_text');
    case 'unreadable':
      return problemOf('unreadable', `${path} could not be read: ${reason}`);
  }
}

function problemOf(code: string, message: string): Problem {
  return { code, message, path: '', line: 0, column: 0 };
}
