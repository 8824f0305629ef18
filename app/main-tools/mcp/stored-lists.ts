import { join } from 'node:path';
import { z } from 'zod';
import type { ServerTool } from '../../../shared/crew/resolve-tools.ts';
import type { McpServer } from '../../../shared/crew/tool-schema.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { replaceFile } from '../../base/folder-handle.ts';
import { sha256OfParts } from '../../base/hash.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';

const storedSchema = z.object({
  format: z.literal('crewlane-tools/1'),
  tools: z.array(
    z.object({
      name: z.string(),
      model_name: z.string(),
      description: z.string(),
      parameters: z.record(z.string(), z.unknown()),
    }),
  ),
});

/**
 * The tools that servers listed when they were last started, one file per server. Its name is a hash of the server's
 * definition and the folder in which it starts, so that edits of the crew do not lose the list.
 */
export class StoredLists {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the last list; null if there is none that can be read. `crewFolder`: null for an unsaved crew. */
  async get(crewFolder: string | null, server: McpServer): Promise<ServerTool[] | null> {
    const read = await readJsonFile(this.#path(crewFolder, server));
    return storedSchema.safeParse(read.ok ? read.value : null).data?.tools ?? null;
  }

  /** Stores a list. A list that cannot be written is missing later, which costs nothing else. */
  async put(crewFolder: string | null, server: McpServer, tools: readonly ServerTool[]): Promise<void> {
    try {
      await makePrivateFolder(this.#folder);
      await replaceFile(this.#path(crewFolder, server), JSON.stringify({ format: 'crewlane-tools/1', tools }));
    } catch {
      // The disk is full or read-only.
    }
  }

  #path(crewFolder: string | null, server: McpServer): string {
    const identity = 'url' in server ? { url: server.url } : { command: server.command, args: server.args, crewFolder };
    return join(this.#folder, `${sha256OfParts([canonicalJson(identity)])}.json`);
  }
}
