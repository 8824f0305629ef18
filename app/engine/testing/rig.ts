import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import { IN_PROCESS } from '../../../shared/expressions/testing/in-process.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { LocalSlotHost } from '../../../shared/slot/local-host.ts';
import { listedEnvironment, nodeHost } from '../../hosts/node-host.ts';
import { resumeRun, startRun } from '../engine.ts';
import { readBlob, readJournal } from '../journal/read-journal.ts';
import { isAlive as isProcessAlive } from '../locks/process-identity.ts';
import type { ResumeRequest, RunEnd, RunHandle, RunRequest, StartResult } from '../request.ts';

/** The path of the fake slot. The environment sets it if the tests are bundled to another folder. */
export const FAKE_SLOT = process.env.FAKE_SLOT ?? fileURLToPath(new URL('./fake-slot.mjs', import.meta.url));
/** A key that must not appear in any file. */
export const SECRET = 'sk-invented-0123456789abcdef';

/** A step of the fake slot: its name and arguments. */
export type Step = readonly [string, ...unknown[]];
export type TaskInput = Record<string, unknown> & { name: string; steps?: readonly Step[] };

/** Returns a task whose turn performs `steps`. */
export function task({ steps, ...rest }: TaskInput): object {
  const description = steps ? `script:${JSON.stringify(steps)}` : 'Say that it is done.';
  return { description, expected_output: 'A word', agent: 'ada', async: true, ...rest };
}

export function makeCrew(tasks: readonly TaskInput[], rest: Record<string, unknown> = {}): Crew {
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Do the work' }];
  const settings = { retries: { max: 2, base_s: 0, factor: 1, cap_s: 0 } };
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'test_crew',
    settings,
    agents,
    ...rest,
    tasks: tasks.map(task),
  });
}

/** A separate folder with everything that a run needs, and the runs in it. */
export class Rig {
  readonly root: string;
  readonly runs: string;
  readonly workspace: string;

  constructor(root = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-engine-')))) {
    this.root = root;
    this.runs = join(root, 'runs');
    this.workspace = join(root, 'workspace');
  }

  path(name: string): string {
    return join(this.root, name);
  }

  request(crew: Crew, slots = 2, more: Partial<RunRequest> = {}): RunRequest {
    const ranks = Object.fromEntries(crew.tasks.map(({ name }, index) => [name, crew.tasks.length - index]));
    return {
      crew,
      crewText: JSON.stringify(crew),
      file: null,
      runsFolder: this.runs,
      settings: { slots, provider: 'fake', base_url: null, model: null, cache: 'off' },
      workspace: this.workspace,
      rehearsal: false,
      access: () => ({
        provider: 'fake',
        base_url: 'http://127.0.0.1:1/v1',
        model: 'fake',
        api_key: SECRET,
        price: null,
      }),
      contextWindow: () => 128_000,
      estimates: {},
      ranks,
      prediction: { makespan_ms: null, tasks: {} },
      versions: { crewlane: 'test' },
      evaluator: IN_PROCESS,
      seed: 1,
      timeZone: 'UTC',
      utcOffsetMin: 0,
      startedAtMonotonicMs: performance.now(),
      ...more,
    };
  }

  host(environment: Record<string, string> = {}): LocalSlotHost {
    return nodeHost(FAKE_SLOT, { ...listedEnvironment(process.env), ...environment });
  }

  async tryToStart(
    crew: Crew,
    slots?: number,
    more?: Partial<RunRequest>,
    host: SlotHost = this.host(),
  ): Promise<StartResult> {
    await mkdir(this.workspace, { recursive: true });
    return startRun(this.request(crew, slots, more), host);
  }

  async start(crew: Crew, slots?: number, more?: Partial<RunRequest>, host?: SlotHost): Promise<RunHandle> {
    return handleOf(await this.tryToStart(crew, slots, more, host));
  }

  /** Runs a crew to its end. */
  async run(crew: Crew, slots?: number): Promise<{ run: RunHandle; end: RunEnd }> {
    const run = await this.start(crew, slots);
    return { run, end: await run.done };
  }

  tryToResume(
    dir: string,
    crew: Crew,
    host: SlotHost = this.host(),
    more: Partial<ResumeRequest> = {},
  ): Promise<StartResult> {
    const { access, contextWindow, versions, evaluator, workspace } = this.request(crew);
    return resumeRun({ dir, crew, access, contextWindow, versions, evaluator, workspace, ...more }, host);
  }

  async resume(dir: string, crew: Crew, more?: Partial<ResumeRequest>): Promise<RunHandle> {
    return handleOf(await this.tryToResume(dir, crew, this.host(), more));
  }

  touch(name: string): Promise<void> {
    return writeFile(this.path(name), '');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function handleOf(result: StartResult): RunHandle {
  if (!result.ok) throw new Error(result.failure.message);
  return result.run;
}

export async function eventsOf(dir: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const read = await readJournal(dir, (event) => events.push(event));
  if (!read.ok) throw new Error(read.message);
  return events;
}

/** Returns the text of a completed task's result. */
export async function resultOf(run: RunHandle, name: string): Promise<string | null> {
  const result = run.state.tasks.get(name)?.result;
  if (!result) return null;
  return 'text' in result ? result.text : readBlob(run.dir, result.blob);
}

/** Waits until a condition is true, at most until the test's timeout. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5);
}

/** Waits until a file has content, and returns it. */
export async function fileExists(path: string): Promise<string> {
  await until(async () => existsSync(path) && (await readFile(path, 'utf8')) !== '');
  return readFile(path, 'utf8');
}

/** Returns whether a process is alive. A zombie process is not. */
export function isAlive(pid: number): Promise<boolean> {
  return isProcessAlive({ pid, start: null });
}
