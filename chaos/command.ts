import { isDeepStrictEqual } from 'node:util';
import type { Running } from '../app/cli/testing/built.ts';
import { loadRun } from '../app/launch/load-run.ts';
import { type RunObject, runObject } from '../app/reports/run-json.ts';
import type { Carrier, CarrierEnd, Victim } from './carrier.ts';

/** The command as the victim of the chaos. `start` runs it with these arguments and variables. */
export function commandVictim(
  start: (args: readonly string[], environment: Record<string, string>) => Running,
): Victim {
  const carry = async (args: readonly string[], home: string): Promise<Carrier> =>
    carrierOf(start([...args, '--approve-all', '--json'], { CREWLANE_HOME: home }));
  return {
    name: 'command',
    startMs: 600,
    reviews: true,
    signals: ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM'],
    start: (crew, home, workspace) => carry(['run', crew, '--workspace', workspace], home),
    resume: (dir, home) => carry(['resume', dir], home),
    check,
  };
}

function carrierOf(running: Running): Carrier {
  return {
    pid: running.pid,
    over: running.ended,
    ended: running.ended,
    acknowledged: async () => [...running.stderr.matchAll(/ {2}(t\d+) completed/g)].map(([, task = '']) => task),
    close: async () => undefined,
  };
}

/** What the command says of the run, made of what it had in memory, is what its folder says. */
async function check({ code, stdout, stderr }: CarrierEnd, dir: string): Promise<string[]> {
  const loaded = await loadRun(dir);
  if (!loaded.ok) return [loaded.message];
  const { project, state, texts } = loaded.run;
  const problems: string[] = [];
  if (code !== (state.outcome === 'completed' ? 0 : 1))
    problems.push(`exit code ${code} for ${state.outcome}: ${stderr}`);
  const said: RunObject | null = stdout === '' ? null : JSON.parse(stdout);
  const kept: unknown = JSON.parse(JSON.stringify(runObject(project, state, texts, dir)));
  if (!isDeepStrictEqual(said, kept)) problems.push(`it says other than its folder: ${stdout}`);
  return problems;
}
