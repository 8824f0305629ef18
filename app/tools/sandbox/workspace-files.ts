import { readdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isTooDeep, protectedPath } from '../../../shared/crew/protected-path.ts';
import type { FileContent, Measured } from '../../../shared/run/events.ts';
import { isInside } from '../../base/contained-path.ts';
import { sha256 } from '../../base/hash.ts';
import { shownPath } from '../../base/workspace-path.ts';
import { decodeText } from '../decode-text.ts';
import { fileWriter } from '../file-writer.ts';
import type { ToolContext } from '../tool.ts';
import { openToRead } from '../workspace-path.ts';
import type { FileAnswer, FileCall } from './sandbox-messages.ts';

/** The interpreter has 64 MiB, and copies what it gets. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

/** The workspace as a program sees it, with the protections of the file tools. It records what the program reads. */
export class WorkspaceFiles {
  readonly #context: ToolContext;
  readonly #measured: { writes: string[]; files: FileContent[]; written_bytes: number } = {
    writes: [],
    files: [],
    written_bytes: 0,
  };
  #hasListed = false;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get measured(): Measured {
    const { writes, files, written_bytes } = this.#measured;
    return {
      ...(writes.length === 0 ? {} : { writes: [...new Set(writes)], written_bytes }),
      ...(files.length === 0 ? {} : { files }),
      ...(this.#hasListed ? { listing: true as const } : {}),
    };
  }

  async call(call: FileCall): Promise<FileAnswer> {
    switch (call.op) {
      case 'read':
        return this.#read(call.path);
      case 'write':
        return this.#write(call.path, call.content);
      case 'list':
        return this.#list(call.path);
    }
  }

  async #read(path: string): Promise<FileAnswer> {
    const { workspace } = this.#context;
    const opened = await openToRead(workspace, path);
    if (!opened.ok) {
      if (opened.missing) this.#measured.files.push({ file: shownPath(workspace, path), sha256: null });
      return { ok: false, text: opened.text };
    }
    try {
      if (opened.size > MAX_BYTES)
        return { ok: false, text: `${path} is larger than 8 MiB. Use query_data for tables.` };
      const bytes = await opened.file.readFile();
      this.#measured.files.push({ file: shownPath(workspace, path), sha256: sha256(bytes) });
      const decoded = decodeText(bytes);
      return decoded ? { ok: true, value: decoded.text } : { ok: false, text: `${path} is not text.` };
    } finally {
      await opened.file.close();
    }
  }

  async #write(path: string, content: string): Promise<FileAnswer> {
    const { ok, text, measured = {} } = await fileWriter.call({ path, content }, this.#context);
    this.#measured.writes.push(...(measured.writes ?? []));
    this.#measured.files.push(...(measured.files ?? []));
    this.#measured.written_bytes += measured.written_bytes ?? 0;
    return ok ? { ok, value: null } : { ok, text };
  }

  /** Names of folders end with `/`. */
  async #list(path: string): Promise<FileAnswer> {
    const { workspace } = this.#context;
    this.#hasListed = true;
    const outside: FileAnswer = { ok: false, text: `${path} is outside the workspace. Give a path relative to it.` };
    if (path.includes('\0') || isTooDeep(path) || !isInside(workspace, resolve(workspace, path))) return outside;
    const folder = await realpath(resolve(workspace, path)).catch(() => null);
    if (folder === null) return { ok: false, text: `${path} is not a folder of the workspace.` };
    if (!isInside(workspace, folder) || protectedPath(shownPath(workspace, folder)) === 'crewlane') return outside;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (entries === null) return { ok: false, text: `${path} is not a folder.` };
    const names = entries
      .filter(({ name }) => protectedPath(shownPath(workspace, resolve(folder, name))) !== 'crewlane')
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    return { ok: true, value: names.sort().slice(0, MAX_ENTRIES) };
  }
}
