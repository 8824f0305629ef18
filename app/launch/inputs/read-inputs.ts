import { extname } from 'node:path';
import { readTextFile } from '../../base/read-text-file.ts';
import { capped } from '../../crew-file/json-index.ts';
import { csvInputs } from './csv-inputs.ts';
import { inputsProblem, type ReadInputs } from './inputs.ts';
import { jsonInputs } from './json-inputs.ts';

/**
 * Reads a file of inputs: a `.csv` is a batch; JSON is one run (an object) or a batch (a list of objects). Problems are
 * located in that file. If there are very many problems, returns the first ones and one that counts the others.
 */
export async function readInputs(file: string): Promise<ReadInputs> {
  const read = await readTextFile(file, { pipes: 'accept' });
  if (!read.ok) return { ok: false, problems: [inputsProblem(`The file cannot be used: ${read.reason}.`)] };
  const inputs = extname(file).toLowerCase() === '.csv' ? csvInputs(read.text) : jsonInputs(read.text);
  return inputs.ok ? inputs : { ok: false, problems: capped(inputs.problems) };
}
