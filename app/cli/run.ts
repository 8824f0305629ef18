import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../../shared/project/problem.ts';
import { type ExportPlace, exportRun } from '../launch/export-run.ts';
import { checkExportTarget } from '../launch/export-target.ts';
import { isBelow } from '../launch/is-below.ts';
import { launchRun } from '../launch/launch.ts';
import { loadProject } from '../project/load.ts';
import { carryRun } from './carry.ts';
import { type ExitCode, type Io, reviewerOf, type Surroundings } from './io.ts';
import { problemOf, refuse } from './problems.ts';

export interface RunOptions {
  out?: string;
  /** Reports go into a folder below this one, named after the crew and the date; its path is printed last. */
  exportBelow?: string;
  slots?: number;
  budget?: number;
  provider?: string;
  baseUrl?: string;
  model?: string;
  inputs?: string;
  workspace?: string;
  trust?: boolean;
  approveAll?: boolean;
  /** False with `--no-cache`. */
  cache?: boolean;
  json?: boolean;
}

/** `run FILE …`: runs a crew to its end. */
export async function runCrew(surroundings: Surroundings, file: string, options: RunOptions): Promise<ExitCode> {
  const { io, folders, keyFor, versions, makeHost } = surroundings;
  const { json } = options;
  const target = options.out === undefined ? null : await checkExportTarget(options.out);
  if (target !== null) return refuse(io, [problemOf('out', target)], { json });
  const inputs = await readInputs(options.inputs);
  if (!inputs.ok) return refuse(io, [inputs.problem], { json });
  const loaded = await loadProject(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const projectText = await readFile(file, 'utf8');
  const startedAtMonotonicMs = performance.now();
  const { project } = loaded;
  const shipped = await isBelow(surroundings.examples, file);
  const launch = () =>
    launchRun({
      project,
      projectText,
      file: resolve(file),
      shipped,
      overrides: {
        slots: options.slots ?? null,
        budgetUsd: options.budget ?? null,
        workspace: options.workspace ?? null,
        provider: options.provider ?? null,
        baseUrl: options.baseUrl ?? null,
        typedBaseUrl: options.baseUrl !== undefined,
        model: options.model ?? null,
      },
      keyFor,
      trust: options.trust === true,
      cache: options.cache !== false,
      reviewer: reviewerOf(io, options),
      attended: io.person !== null,
      ...(inputs.values === undefined ? {} : { inputs: inputs.values }),
      folders,
      host: makeHost,
      startedAtMonotonicMs,
      versions,
    });
  const afterwards = async (dir: string) => (await exportTo(io, dir, placeOf(options))) !== 'failed';
  return carryRun(io, launch, { json, file, afterwards });
}

function placeOf({ out, exportBelow }: RunOptions): ExportPlace | null {
  if (out !== undefined) return { exact: out };
  return exportBelow === undefined ? null : { below: exportBelow };
}

export async function exportTo(io: Io, dir: string, place: ExportPlace | null): Promise<'done' | 'failed'> {
  if (place === null) return 'done';
  const exported = await exportRun(dir, place);
  if (!exported.ok) {
    io.stderr(`${exported.message}\n`);
    return 'failed';
  }
  io.stderr('Reports: ');
  if ('below' in place) io.stdout(`${exported.folder}\n`);
  else io.stderr(`${exported.folder}\n`);
  return 'done';
}

const inputsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

type Inputs = { ok: true; values: Record<string, string> | undefined } | { ok: false; problem: Problem };

/** One run's inputs: a JSON object of values. */
async function readInputs(file: string | undefined): Promise<Inputs> {
  if (file === undefined) return { ok: true, values: undefined };
  if (file.toLowerCase().endsWith('.csv'))
    return badInputs(file, 'is a CSV, and batches cannot be run yet. Give a JSON object');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return badInputs(
      file,
      `cannot be read (${error instanceof Error ? error.message : String(error)}). Give a JSON object`,
    );
  }
  if (Array.isArray(json)) return badInputs(file, 'is a list, and batches cannot be run yet. Give a JSON object');
  const parsed = inputsSchema.safeParse(json);
  return parsed.success
    ? { ok: true, values: parsed.data }
    : badInputs(file, 'is not an object of plain values. Give a JSON object');
}

function badInputs(file: string, what: string): Inputs {
  return { ok: false, problem: problemOf('inputs', `The inputs ${file} ${what} such as { "topic": "bees" }.`) };
}
