import { countOf } from '../../shared/figures/format.ts';
import { printableJson } from '../../shared/printable.ts';
import { messageOf } from '../base/system-error.ts';
import { loadCrew } from '../crew-file/load.ts';
import type { MemoryFile } from '../knowledge/memory-file.ts';
import { memoryOfFile } from '../launch/memory.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { stripControlCharacters, table } from './text.ts';

export interface MemoryOptions {
  list?: boolean;
  delete?: string;
  clear?: boolean;
  json?: boolean;
}

/** Runs `memory FILE …`: lists what a crew remembers across runs, or deletes items of it. */
export async function memory(context: CliContext, file: string, options: MemoryOptions): Promise<ExitCode> {
  const { io, folders } = context;
  const { list, delete: id, clear, json = false } = options;
  if ([list, id, clear].filter((each) => each !== undefined).length > 1)
    return refuse(io, [problemOf('usage', ONE_CHOICE)], { json });
  const loaded = await loadCrew(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const stored = await memoryOfFile(folders, loaded.crew, file);
  try {
    if (id !== undefined) return await deleteItem(context, stored, id, json);
    return clear ? await clearAll(context, stored, json) : await listItems(context, stored, json);
  } catch (error) {
    return refuse(io, [problemOf('disk', `The memory ${stored.path} cannot be used: ${messageOf(error)}.`)], { json });
  }
}

const ONE_CHOICE = 'Give one of --list, --delete ID and --clear.';

async function deleteItem({ io }: CliContext, stored: MemoryFile, id: string, json: boolean): Promise<ExitCode> {
  const deleted = await stored.delete(id);
  if (!deleted.ok) return refuse(io, [problemOf('memory', `${deleted.reason} Use --list to see the items.`)], { json });
  if (json) io.stdout(`${printableJson({ deleted: 1 }, 2)}\n`);
  else io.stderr(`Item ${id} deleted.\n`);
  return EXIT.ok;
}

async function clearAll({ io }: CliContext, stored: MemoryFile, json: boolean): Promise<ExitCode> {
  const { items } = await stored.read();
  await stored.clear();
  if (json) io.stdout(`${printableJson({ deleted: items.length }, 2)}\n`);
  else io.stderr(`${countOf(items.length, 'item')} deleted.\n`);
  return EXIT.ok;
}

async function listItems({ io }: CliContext, stored: MemoryFile, json: boolean): Promise<ExitCode> {
  const { items, damaged } = await stored.read();
  if (json) io.stdout(`${printableJson(items, 2)}\n`);
  else if (items.length > 0)
    io.stdout(table(items.map(({ id, at, agent, text }) => [id, at, nameOf(agent), shown(text)])));
  else io.stderr('The crew remembers nothing yet.\n');
  if (damaged > 0) io.stderr(`${countOf(damaged, 'line')} of ${stored.path} cannot be read.\n`);
  return EXIT.ok;
}

function nameOf(agent: string | null): string {
  return agent === null ? 'a person' : stripControlCharacters(agent);
}

function shown(text: string): string {
  return stripControlCharacters(text.replaceAll(/\s+/g, ' '));
}
