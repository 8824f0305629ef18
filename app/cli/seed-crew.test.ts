import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf } from '../../shared/crew/context.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { loadCrew } from '../crew-file/load.ts';
import type { RunObject } from '../reports/run-json.ts';
import { BuiltCommand, type CommandOutput, eventsOf, runOf } from './testing/built-command.ts';

/** Rehearsal at real speed, so that the start of processes does not dominate the measured times. */
const REAL_SPEED = { CREWLANE_REHEARSAL_SPEED: '1' };

let command: BuiltCommand;
let ended: CommandOutput;
let run: RunObject;
let crew: Crew;
let events: RunEvent[];

beforeAll(async () => {
  command = await BuiltCommand.make();
  const file = command.example('concurrent_processing');
  ended = await command.start(['run', file, '--out', command.path('out'), '--json'], REAL_SPEED).ended;
  run = runOf(ended);
  events = await eventsOf(run.run_dir);
  const loaded = await loadCrew(file);
  if (!loaded.ok) throw new Error('The example is not a valid crew.');
  crew = loaded.crew;
});
afterAll(() => command.remove());

const resultOf = (task: string) => run.results.find((result) => result.task === task);

describe('the example crew concurrent_processing', () => {
  it('The example completes all twelve tasks in a rehearsal.', () => {
    expect(ended.code).toBe(0);
    expect(run).toMatchObject({
      outcome: 'completed',
      total_tasks: 12,
      completed_tasks: 12,
      success_rate: 100,
      rehearsal: true,
    });
    expect(run.results.map(({ task }) => task)).toEqual(crew.tasks.map(({ name }) => name));
  });

  it('The example runs at least six tasks at once, and no task before its context has ended.', () => {
    expect(run.peak_concurrency).toBeGreaterThanOrEqual(6);
    for (const task of crew.tasks) {
      for (const before of contextOf(task))
        expect(resultOf(task.name)?.started_s).toBeGreaterThanOrEqual(resultOf(before)?.ended_s ?? Infinity);
    }
  });

  it('The example never runs two synchronous tasks at once.', () => {
    const synchronous = new Set(crew.tasks.filter((task) => !task.async).map(({ name }) => name));
    let running = 0;
    for (const event of events) {
      if (event.type !== 'attempt.started' && event.type !== 'attempt.ended') continue;
      if (!synchronous.has(event.task)) continue;
      running += event.type === 'attempt.started' ? 1 : -1;
      expect(running).toBeLessThanOrEqual(1);
    }
  });

  it('The makespan is at most 1.15 times the lower bound, and the reported time saved is correct.', () => {
    expect(run.makespan_s).toBeLessThanOrEqual(1.15 * (run.lower_bound_s ?? 0));
    expect(run.time_saved).toBeCloseTo(1 - run.makespan_s / run.sequential_s, 3);
    expect(run.mean_concurrency).toBeCloseTo(run.sequential_s / run.makespan_s, 2);
  });

  it('The export contains a file for each task, the reports and the measured workload.', async () => {
    const names = await readdir(command.path('out'));
    for (const { name } of crew.tasks) expect(names).toContain(`${name}_result.md`);
    for (const name of [
      'performance_dashboard.md',
      'CONCURRENT_PROCESSING_SUMMARY.md',
      'run.json',
      'events.jsonl',
      'timeline.svg',
    ]) {
      expect(names).toContain(name);
    }
    expect((await readdir(command.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
    const record = await readFile(command.path('out', 'run.json'), 'utf8');
    expect(JSON.parse(record)).toMatchObject({ format: 'crewlane-run/1', run_id: run.run_id, completed_tasks: 12 });
    const dashboard = await readFile(command.path('out', 'performance_dashboard.md'), 'utf8');
    for (const measured of ['10,000', '50,000', '2,500']) expect(dashboard).toContain(measured);
    expect(dashboard).not.toContain('not measured');
  });

  it('Standard error shows the opening text, each task and the closing text.', () => {
    for (const text of ['Tasks', 'Concurrent', 'Sequential', 'Slots', '10,000 records'])
      expect(ended.stderr).toContain(text);
    expect(ended.stderr).toContain('📊 Customer Data completed');
    for (const text of ['Success rate', '100.0% (12 of 12)', 'Makespan', 'Tasks per second', 'Sequential tasks'])
      expect(ended.stderr).toContain(text);
  });

  it('A second export is identical byte for byte, also over the earlier export.', async () => {
    const again = await command.run(['report', run.run_dir, '--out', command.path('again')]);
    expect(again.code).toBe(0);
    expect((await command.run(['report', run.run_dir, '--out', command.path('again')])).code).toBe(0);
    for (const name of await readdir(command.path('out'))) {
      const [first, second] = await Promise.all(['out', 'again'].map((folder) => readFile(command.path(folder, name))));
      expect(second?.equals(first ?? Buffer.of()), name).toBe(true);
    }
  });

  it('--export-below writes to a new dated folder and never over an existing one.', async () => {
    const below = ['run', command.example('two_steps'), '--export-below', command.path('exports')];
    const [first, second] = [await command.run(below), await command.run(below)];
    const path = first.stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(path).toMatch(/exports[/\\]two_steps_\d{8}$/);
    expect(second.stdout.trimEnd()).toBe(`${path}_2`);
    expect(await readdir(path)).toContain('TWO_STEPS_SUMMARY.md');
  });

  it('The run is listed, and its durations serve as estimates for the next plan.', async () => {
    const listed = JSON.parse((await command.run(['runs', '--json'])).stdout);
    const { results: _results, ...object } = run;
    expect(listed).toContainEqual(object);
    const planned = JSON.parse(
      (await command.run(['plan', command.example('concurrent_processing'), '--json'], REAL_SPEED)).stdout,
    );
    expect(planned).toMatchObject({
      slots: 8,
      tasks: crew.tasks.map(({ name }) => ({ task: name, estimate_from: 'history' })),
    });
    expect(planned.makespan_s).toBeGreaterThanOrEqual(planned.lower_bound_s);
    expect(planned.critical_path.length).toBeGreaterThan(1);
  });
});

describe('commands without a run', () => {
  it('simulate predicts a makespan for each number of slots.', async () => {
    const ended = await command.run([
      'simulate',
      command.example('concurrent_processing'),
      '--slots',
      '1,2,4,8',
      '--json',
    ]);
    const rows: { slots: number; makespan_s: number }[] = JSON.parse(ended.stdout);
    expect(rows.map(({ slots }) => slots)).toEqual([1, 2, 4, 8]);
    const spans = rows.map(({ makespan_s }) => makespan_s);
    expect(spans).toEqual([...spans].sort((a, b) => b - a));
  });

  it('plan predicts nothing without estimates.', async () => {
    const ended = await command.run(['plan', command.example('assigned_by_manager'), '--json']);
    const planned = JSON.parse(ended.stdout);
    expect(planned).toMatchObject({ makespan_s: null, lower_bound_s: null, critical_path: [] });
    expect(planned.tasks[0]).toMatchObject({ start_s: null, slot: null, estimate_from: 'unknown' });
  });

  it('new creates a crew file from a template and never overwrites a file.', async () => {
    const file = command.path('mine.crew.json');
    expect((await command.run(['templates'])).stdout).toContain('two_steps');
    expect((await command.run(['new', 'two_steps', '--out', file])).code).toBe(0);
    expect(await command.run(['validate', file])).toMatchObject({
      code: 0,
      stderr: `${file} is valid: 1 agent, 2 tasks.\n`,
    });
    expect((await command.run(['new', 'two_steps', '--out', file])).code).toBe(2);
    expect((await command.run(['new', 'no_such', '--out', command.path('x.crew.json')])).stderr).toContain('two_steps');
  });

  it('doctor prints what is installed and where data is stored.', async () => {
    const { stdout, code } = await command.start(['doctor'], { OPENAI_API_KEY: 'sk-of-the-tests-0123456789' }).ended;
    expect(code).toBe(0);
    for (const where of ['', 'runs', 'cache', 'exports', 'prices.json']) {
      expect(stdout).toContain(` ${join(command.home, where)}\n`);
    }
    expect(stdout).toMatch(/openai +OpenAI +key set/);
    expect(stdout).not.toContain('sk-of');
  });
});
