import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { csvInputs } from './csv-inputs.ts';
import { inputsProblem, type ReadInputs } from './inputs.ts';
import { jsonInputs } from './json-inputs.ts';

const MAX_MIB = 32;

/**
 * Reads a file of inputs: a `.csv` is a batch; JSON is one run (an object) or a batch (a list of objects). The places of
 * problems are places in that file.
 */
export async function readInputs(file: string): Promise<ReadInputs> {
  const read = await textOf(file);
  if (!read.ok) return { ok: false, problems: [inputsProblem(`The file cannot be used: ${read.why}`)] };
  return extname(file).toLowerCase() === '.csv' ? csvInputs(read.text) : jsonInputs(read.text);
}

async function textOf(file: string): Promise<{ ok: true; text: string } | { ok: false; why: string }> {
  try {
    const facts = await stat(file);
    if (!facts.isFile() && !facts.isFIFO()) return { ok: false, why: 'it is no file.' };
    if (facts.size > MAX_MIB * 1024 * 1024) return { ok: false, why: `it is larger than ${MAX_MIB} MiB.` };
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, why: 'it is not UTF-8 text. Save it as UTF-8.' };
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { ok: false, why: 'there is none. Check the path.' };
    return { ok: false, why: `${error instanceof Error ? error.message : String(error)}.` };
  }
}
