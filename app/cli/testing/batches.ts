import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunObject } from '../../reports/run-json.ts';
import type { CommandOutput } from './built-command.ts';
import { command, server } from './command-and-server.ts';
import { ADA, answer, type ReceivedCall, type Reply, taskOfAda } from './model-server.ts';

interface BatchObject {
  outcome: string;
  success_rate: number;
  batch_dir: string;
  rows: (Omit<RunObject, 'run_id'> & { run_id: string | null })[];
}

/** Two parallel tasks and one that depends on both. Each names its row and itself in its call, as `bees_left`. */
const task = (name: string, context: string[] = []) => taskOfAda({ name, description: `Do {topic}_${name}.`, context });
export const SIDES = [task('left'), task('right'), task('both', ['left', 'right'])];
export const AGENTS = [ADA];

export function makeCrew(name: string, more: object = {}): Promise<string> {
  return command.write(`${name}.crew.json`, {
    format: 'crewlane/1',
    name,
    settings: { retries: { max: 0 } },
    agents: AGENTS,
    tasks: SIDES,
    ...more,
  });
}

export const TOPICS = ['ants', 'bees', 'cats', 'dogs', 'eels', 'fish'];

export function csv(name: string, topics = TOPICS): Promise<string> {
  return command.write(`${name}.csv`, `topic\n${topics.join('\n')}\n`);
}

export function run(file: string, inputs: string, ...more: string[]): string[] {
  const at = ['--base-url', server.baseUrl, '--model', 'm'];
  return ['run', file, '--inputs', inputs, ...at, '--trust', '--json', ...more];
}

export function batchOf({ stdout }: CommandOutput): BatchObject {
  return JSON.parse(stdout) as BatchObject; // The documented output of the command; the tests check its content.
}

/** Delays answers until `atOnce` calls are in flight, then answers each call. Counts the calls and rows in flight. */
export function counting(atOnce: number, reply: Reply = (response, { task }) => answer(response, `${task} is done`)) {
  const counts = { now: 0, most: 0, rowsAtOnce: 0 };
  const open = new Map<object, string>();
  server.reply = (response, call) => {
    open.set(response, call.task.split('_')[0] ?? '');
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    counts.rowsAtOnce = Math.max(counts.rowsAtOnce, new Set(open.values()).size);
    const end = () => {
      counts.now -= 1;
      open.delete(response);
      reply(response, call);
    };
    const timer = setInterval(() => {
      if (counts.most < atOnce) return;
      clearInterval(timer);
      end();
    }, 40);
  };
  return counts;
}

/** Answers `count` calls, then blocks all further calls until `release` is called. */
export function blockAfter(count: number) {
  const answered: string[] = [];
  let blocked = 0;
  let isReleased = false;
  server.reply = (response, { task }: ReceivedCall) => {
    if (isReleased || answered.length < count) {
      answered.push(task);
      answer(response, `${task} is done`);
    } else blocked += 1;
  };
  return {
    answered,
    isBlocking: () => blocked >= 2,
    release: () => {
      isReleased = true;
    },
  };
}

/** The folders of all row runs of a crew, in order. */
export async function runDirs(crewName: string): Promise<string[]> {
  const runs = join(command.home, 'runs');
  const names = (await readdir(runs).catch(() => [])).filter((name) => /-row-\d+$/.test(name)).sort();
  const of = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(runs, name, 'project.crew.json'), 'utf8');
      return text.includes(`"name": "${crewName}`) ? [join(runs, name)] : [];
    }),
  );
  return of.flat();
}
