import { stat } from 'node:fs/promises';
import { commandText } from '../../shared/command-text.ts';
import { countOf } from '../../shared/figures/format.ts';
import type { ConversionReport } from '../../shared/import/report.ts';
import { printableJson } from '../../shared/printable.ts';
import type { ImportedCrew } from '../crew-file/import/import-crew.ts';
import { saveCrew } from '../crew-file/save.ts';
import { type CliContext, EXIT, type ExitCode, type Io } from './io.ts';
import { problemOf, refuse } from './problems.ts';

export interface ImportOptions {
  out: string;
  replace?: boolean;
  json?: boolean;
}

/** Runs `import crewai DIR --out FILE`: writes a crew file, and prints what was converted and left out. */
export async function importFromCrewai(context: CliContext, path: string, options: ImportOptions): Promise<ExitCode> {
  const { importCrewaiFolder } = await importers();
  return writeImported(context, path, options, importCrewaiFolder);
}

/** Runs `import rcrewai FILE.rb --out FILE`, like `importFromCrewai`. */
export async function importFromRcrewai(context: CliContext, path: string, options: ImportOptions): Promise<ExitCode> {
  const { importRcrewaiScript } = await importers();
  return writeImported(context, path, options, importRcrewaiScript);
}

/** The parsers of YAML and Python are large, and no other command needs them. */
const importers = () => import('../crew-file/import/import-crew.ts');

/** The crew is not marked as the person's own: it comes from elsewhere, and needs trust like any such crew. */
async function writeImported(
  { io }: CliContext,
  path: string,
  { out, replace, json }: ImportOptions,
  read: (path: string) => Promise<ImportedCrew>,
): Promise<ExitCode> {
  if (!replace && (await stat(out).catch(() => null))) {
    const message = `${out} already exists. Choose another file with --out, or add --replace.`;
    return refuse(io, [problemOf('exists', message)], { json });
  }
  const imported = await read(path);
  if (!imported.ok) return refuse(io, imported.problems, { json });
  const saved = await saveCrew(out, imported.crew);
  if (!saved.ok) return refuse(io, [problemOf('unwritable', saved.message)], { json });
  const { agents, tasks } = imported.crew;
  io.stderr(`Imported ${countOf(agents.length, 'agent')} and ${countOf(tasks.length, 'task')} into ${out}.\n`);
  printReport(io, imported.report, 'Converted');
  io.stderr(`Look at it with: ${commandText('validate', out)}\n`);
  if (json) io.stdout(`${printableJson(imported.report, 2)}\n`);
  return EXIT.ok;
}

/** Prints what was converted, and what was left out with the reason and what to do instead. */
export function printReport(io: Io, { taken, left_out }: ConversionReport, title: string): void {
  if (taken.length > 0) io.stderr(`${title}:\n`);
  for (const { path, what } of taken) io.stderr(`  ${path}: ${what}\n`);
  if (left_out.length > 0) io.stderr('Left out:\n');
  for (const { path, what, why, instead } of left_out) io.stderr(`  ${path}: ${what}\n    ${why} ${instead}\n`);
}
