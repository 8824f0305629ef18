import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { commandText } from '../../shared/command-text.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { writeNewFile } from '../base/named-files.ts';
import { writeFailure } from '../base/system-error.ts';
import { contentHash } from '../crew-file/content-hash.ts';
import { copyParts } from '../crew-file/copy-parts.ts';
import { saveCrew } from '../crew-file/save.ts';
import { readScripts } from '../crew-file/scripts.ts';
import { listTemplates, readTemplate, templatePath } from '../crew-file/templates.ts';
import { withOwn } from '../launch/trust/trust-changes.ts';
import { updateTrust } from '../launch/trust/trust-store.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { table } from './text.ts';

/** Runs `templates`: lists the templates. */
export async function templates({ io, examples }: CliContext): Promise<ExitCode> {
  const listed = await listTemplates(examples);
  io.stdout(table(listed.map(({ name, description }) => [name, description])));
  return EXIT.ok;
}

/** Runs `new TEMPLATE --out FILE`: creates a crew file from a template. Never overwrites an existing file. */
export async function newFromTemplate(
  { io, examples, folders }: CliContext,
  name: string,
  out: string,
): Promise<ExitCode> {
  if (await stat(out).catch(() => null)) {
    return refuse(io, [problemOf('exists', `${out} already exists. Choose another file with --out.`)], {});
  }
  const template = await readTemplate(examples, name);
  if (!template.ok) return refuse(io, template.problems, {});
  const scripts = await copyScripts(template.crew, join(examples, name), dirname(resolve(out)));
  if (scripts !== null) return refuse(io, [problemOf('unwritable', scripts)], {});
  const saved = await saveCrew(out, template.crew);
  if (!saved.ok) return refuse(io, [problemOf('unwritable', saved.message)], {});
  const copied = await copyParts(template.crew, templatePath(examples, name), out);
  const stored = await updateTrust(folders.trustFile, (record) =>
    [template.crew, ...copied].map(contentHash).reduce(withOwn, record),
  );
  if (!stored.ok) io.stderr(`${stored.message}\n`);
  io.stderr(`Created ${out} from the template "${name}". Run it with: ${commandText('run', out)}\n`);
  return EXIT.ok;
}

/** Copies the scripts of a template next to the new crew file. @returns why one could not be copied, or null */
async function copyScripts(crew: Crew, from: string, to: string): Promise<string | null> {
  const read = await readScripts(crew, from);
  if (!read.ok) return read.problems[0]?.message ?? null;
  const present = await readScripts(crew, to);
  for (const [script, { text, sha256 }] of read.scripts) {
    if (present.ok && present.scripts.get(script)?.sha256 === sha256) continue;
    try {
      await writeNewFile(to, script, text);
    } catch (error) {
      return `The script ${script} could not be written into ${to}: ${writeFailure(error)}. Choose another folder with --out.`;
    }
  }
  return null;
}
