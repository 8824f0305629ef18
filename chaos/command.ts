import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { RunningCommand } from '../app/cli/testing/running-command.ts';
import { isBatchFolder } from '../app/launch/group/batch-folder.ts';
import { loadRun } from '../app/launch/load-run.ts';
import { runObject } from '../app/reports/run-json.ts';
import type { Owner, OwnerEnd, Victim } from './owner.ts';

/** The command line as the victim of chaos tests. `start` runs it with these arguments and variables. */
export function commandVictim(
  start: (args: readonly string[], environment: Record<string, string>) => RunningCommand,
): Victim {
  const carry = async (args: readonly string[], home: string): Promise<Owner> =>
    ownerOf(start([...args, '--approve-all', '--json'], { CREWLANE_HOME: home }));
  return {
    name: 'command',
    startMs: 600,
    reviews: true,
    batches: true,
    signals: ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM'],
    start: async ({ file, rows }, home, workspace) => {
      const inputs = rows === null ? [] : ['--inputs', await inputsFile(home, rows)];
      return carry(['run', file, '--trust', '--workspace', workspace, ...inputs], home);
    },
    resume: (dir, home) => carry(['resume', dir], home),
    check,
  };
}

function ownerOf(running: RunningCommand): Owner {
  return {
    pid: running.pid,
    over: running.ended,
    ended: running.ended,
    acknowledged: async () => [
      ...[...running.stderr.matchAll(/ {2}(t\d+) completed/g)].map(([, task = '']) => task),
      ...[...running.stderr.matchAll(/ {2}Row (\d+) (?:completed|failed)/g)].map(([, row]) => `row ${row}`),
    ],
    close: async () => undefined,
  };
}

async function inputsFile(home: string, rows: readonly string[]): Promise<string> {
  await mkdir(home, { recursive: true });
  const file = join(home, 'rows.csv');
  await writeFile(file, ['row', ...rows, ''].join('\n'));
  return file;
}

/** Checks that the command's output, which comes from its memory, matches the run folder; for a batch, row by row. */
async function check(end: OwnerEnd, dir: string): Promise<string[]> {
  if (end.stdout === '') return [`it ended without a result: ${end.stderr}`];
  if (!(await isBatchFolder(dir))) return checkRun(end, JSON.parse(end.stdout), dir);
  const { rows } = rowsSchema.parse(JSON.parse(end.stdout));
  const found = rows.map((said) =>
    checkRun({ ...end, code: said.outcome === 'completed' ? 0 : 1 }, said, said.run_dir),
  );
  return (await Promise.all(found)).flat();
}

const rowsSchema = z.object({ rows: z.array(z.looseObject({ outcome: z.string(), run_dir: z.string() })) });

async function checkRun({ code, stderr }: OwnerEnd, said: unknown, dir: string): Promise<string[]> {
  const loaded = await loadRun(dir);
  if (!loaded.ok) return [loaded.message];
  const { state, texts } = loaded.run;
  const problems: string[] = [];
  if (code !== (state.outcome === 'completed' ? 0 : 1))
    problems.push(`exit code ${code} for ${state.outcome}: ${stderr}`);
  const kept: unknown = JSON.parse(JSON.stringify(runObject(state, texts, dir)));
  if (!isDeepStrictEqual(said, kept)) problems.push(`the output differs from the run folder: ${JSON.stringify(said)}`);
  return problems;
}
