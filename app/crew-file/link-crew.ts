import { posix } from 'node:path';
import { checkRunnable } from '../../shared/crew/check.ts';
import { unusableFile } from '../../shared/crew/check-step.ts';
import { linkParts } from '../../shared/crew/link.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew, Part } from '../../shared/crew/schema.ts';
import { unplaced } from '../../shared/crew/unlocated-problem.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { contentHash } from './content-hash.ts';

/** Reads a crew file by its path from the folder of the first one. `why` is a clause, for a person. */
export type ReadCrew = (path: string) => Promise<{ ok: true; crew: Crew } | { ok: false; why: string }>;

/** A linked crew, or the problems of the crew files that its tasks run. */
export type LinkedCrew = { ok: true; crew: Crew } | { ok: false; problems: Problem[] };

/** The largest number of crew files that one crew can run, and how deep they can be nested. */
const MOST_FILES = 50;
const MOST_LEVELS = 5;

/**
 * Reads the crew files that the tasks of a crew run, and the files that those run. Returns the crew with them, or a
 * problem for each task that leads to a file which cannot be used.
 * @param name the name of the crew's own file, to recognize a file that contains itself
 */
export async function linkCrew(crew: Crew, name: string, read: ReadCrew): Promise<LinkedCrew> {
  const files = new Files(read);
  const problems: Problem[] = [];
  for (const [index, task] of crew.tasks.entries()) {
    if (task.crew === undefined) continue;
    const refused =
      (await files.add(posix.normalize(task.crew), [name])) ?? files.clashWith(crew) ?? wrongResult(task, files);
    if (refused === null) continue;
    const path = ['tasks', index, refused.at ?? 'crew'];
    problems.push(unplaced({ code: 'crew_file', message: unusableFile(refused.file, refused.why), path }));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, crew: linkParts(crew, files.parts) };
}

interface UnusableFile {
  file: string;
  why: string;
  at?: 'result';
}

class Files {
  readonly #read: ReadCrew;
  readonly #parts = new Map<string, Part>();
  readonly #refused = new Map<string, UnusableFile>();
  /** The deepest level at which the files that a file names were followed. */
  readonly #followed = new Map<string, number>();

  constructor(read: ReadCrew) {
    this.#read = read;
  }

  get parts(): Record<string, Part> {
    return Object.fromEntries(this.#parts);
  }

  /** Adds a file and the files that it names; `around` are the files that lead to it. Returns why that is not possible. */
  async add(path: string, around: readonly string[]): Promise<UnusableFile | null> {
    if (around.includes(path)) {
      const cycle = [...around.slice(around.indexOf(path)), path];
      return { file: path, why: `it contains itself (${cycle.join(', ')})` };
    }
    if (around.length > MOST_LEVELS) return { file: path, why: `it is nested deeper than ${MOST_LEVELS}` };
    return this.#refused.get(path) ?? (await this.#addNew(path, around));
  }

  async #addNew(path: string, around: readonly string[]): Promise<UnusableFile | null> {
    const known = this.#parts.get(path);
    const part = known ?? (await this.#open(path));
    if ('why' in part) {
      this.#refused.set(path, part);
      return part;
    }
    this.#parts.set(path, part);
    // A known file is followed again only where it is nested deeper: the number of ways to it grows with the power of the
    // levels.
    if ((this.#followed.get(path) ?? 0) >= around.length) return null;
    for (const task of part.crew.tasks) {
      if (task.crew === undefined) continue;
      const refused = await this.add(task.crew, [...around, path]);
      const wrong = refused ?? wrongResult(task, this);
      if (wrong !== null) return wrong;
    }
    this.#followed.set(path, around.length);
    return null;
  }

  async #open(path: string): Promise<Part | UnusableFile> {
    if (this.#parts.size >= MOST_FILES) return { file: path, why: `a crew can use at most ${MOST_FILES} crew files` };
    const read = await this.#read(path);
    if (!read.ok) return { file: path, why: read.why };
    const [problem] = checkRunnable(read.crew);
    if (problem) return { file: path, why: whyOf(problem) };
    const folder = posix.dirname(path);
    const tasks = read.crew.tasks.map((task) =>
      task.crew === undefined ? task : { ...task, crew: posix.normalize(posix.join(folder, task.crew)) },
    );
    const tools = read.crew.tools.map((tool) =>
      tool.script === undefined ? tool : { ...tool, script: posix.join(folder, tool.script) },
    );
    return { sha256: contentHash(read.crew), crew: { ...read.crew, tasks, tools } };
  }

  /** Tools and servers with the same name must be equal in all files, because the run has only one of each name. */
  clashWith(crew: Crew): UnusableFile | null {
    const servers = new Map(Object.entries(crew.mcp_servers));
    const tools = new Map(crew.tools.map((tool) => [tool.name, tool]));
    for (const [file, { crew: part }] of this.#parts) {
      for (const [name, server] of Object.entries(part.mcp_servers)) {
        if (differs(servers, name, server)) return { file, why: clash('server', name) };
      }
      for (const tool of part.tools)
        if (differs(tools, tool.name, tool)) return { file, why: clash('tool', tool.name) };
    }
    return null;
  }
}

function differs<Value>(known: Map<string, Value>, name: string, value: Value): boolean {
  const first = known.get(name);
  if (first === undefined) known.set(name, value);
  return first !== undefined && canonicalJson(first) !== canonicalJson(value);
}

function clash(what: 'server' | 'tool', name: string): string {
  return `its ${what} "${name}" differs from the one of another crew file. Give both the same definition, or rename one`;
}

function wrongResult(
  { crew = '', result }: { crew?: string | undefined; result?: string | undefined },
  files: Files,
): UnusableFile | null {
  const tasks = files.parts[posix.normalize(crew)]?.crew.tasks ?? [];
  if (result === undefined || tasks.some(({ name }) => name === result)) return null;
  return { file: crew, why: `it has no task "${result}"`, at: 'result' };
}

/** Returns a problem of another file as a clause. */
export function whyOf({ message, line }: Problem): string {
  return line === 0 ? message : `${message.replace(/\.$/, '')} (line ${line})`;
}
