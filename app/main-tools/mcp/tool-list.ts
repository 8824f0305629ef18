import { z } from 'zod';
import { SERVER_SEPARATOR, type ServerTool } from '../../../shared/crew/resolve-tools.ts';
import { sha256 } from '../../base/hash.ts';

/** The limits of what a server can list. Models read descriptions and schemas with every call. */
export const MAX_TOOLS = 500;
const DESCRIPTION_CHARACTERS = 4000;
const SCHEMA_CHARACTERS = 64_000;
/** The longest name of a tool that models accept, and the part of a longer name that is kept. */
const NAME_CHARACTERS = 64;
const KEPT_CHARACTERS = 55;
const HASH_CHARACTERS = 8;

const listedToolSchema = z.object({
  name: z.string().min(1),
  description: z.string().catch(''),
  inputSchema: z.record(z.string(), z.unknown()).catch({}),
});

/** One page of `tools/list`. */
export const toolPageSchema = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

/** Returns the usable tools of a server's list, each with the name that models use. */
export function serverTools(server: string, listed: readonly unknown[]): ServerTool[] {
  const taken = new Set<string>();
  return listed.flatMap((one) => {
    const parsed = listedToolSchema.safeParse(one);
    if (!parsed.success) return [];
    const { name, description, inputSchema } = parsed.data;
    const model_name = modelName(server + SERVER_SEPARATOR + name, taken);
    taken.add(model_name);
    const parameters = JSON.stringify(inputSchema).length > SCHEMA_CHARACTERS ? {} : inputSchema;
    return [{ name, model_name, description: description.slice(0, DESCRIPTION_CHARACTERS), parameters }];
  });
}

/**
 * Returns the name of a tool for models: other characters than letters, digits, `_` and `-` become `_`. A name that is too
 * long, or that another tool of the server has already, ends with a hash of the full name.
 */
function modelName(full: string, taken: ReadonlySet<string>): string {
  const plain = full.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  if (plain.length <= NAME_CHARACTERS && !taken.has(plain)) return plain;
  return `${plain.slice(0, KEPT_CHARACTERS)}_${sha256(full).slice(0, HASH_CHARACTERS)}`;
}
