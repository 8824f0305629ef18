import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRequest } from '../app/engine/request.ts';
import { predict } from '../shared/control/virtual/predict.ts';
import { type Crew, crewSchema } from '../shared/crew/schema.ts';
import { serializeCrew } from '../shared/crew/serialize.ts';
import { IN_PROCESS } from '../shared/expressions/testing/in-process.ts';
import type { Estimate } from '../shared/run/events.ts';
import { computeRanks } from '../shared/scheduler/ranks.ts';
import type { BenchTask } from './workload.ts';

/** The maximum number of concurrent calls, for all schedulers. */
export const SLOTS = 8;

/** Returns the message of a task, from which the server reads the length of its answer. */
export function descriptionOf(task: BenchTask): string {
  return `Write a sentence. [[${task.ms} ms]]`;
}

/** Returns the workload as a crew: one agent, asynchronous tasks, and the workload's dependencies. */
export function crewOf(tasks: readonly BenchTask[]): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'bench',
    settings: { max_concurrent_tasks: SLOTS, provider: 'custom', retries: { max: 0 } },
    agents: [{ name: 'worker', role: 'Worker', goal: 'Do the work' }],
    tasks: tasks.map((task) => ({
      name: task.name,
      description: descriptionOf(task),
      expected_output: 'A sentence',
      agent: 'worker',
      async: true,
      context: task.context,
    })),
  });
}

/** Returns the lengths as estimates from an earlier run. */
export function estimatesOf(tasks: readonly BenchTask[]): Record<string, Estimate> {
  return Object.fromEntries(tasks.map(({ name, ms }) => [name, { ms, from: 'history' as const }]));
}

/** Returns the request to run a workload, with its own folders below `root`. */
export function requestOf(tasks: readonly BenchTask[], root: string, baseUrl: string): RunRequest {
  const crew = crewOf(tasks);
  const estimates = estimatesOf(tasks);
  const workspace = join(root, 'workspace');
  mkdirSync(workspace, { recursive: true });
  const access = { provider: 'custom', base_url: baseUrl, model: 'bench', api_key: null, price: null };
  return {
    crew,
    crewText: serializeCrew(crew),
    file: null,
    runsFolder: join(root, 'runs'),
    settings: { slots: SLOTS, provider: 'custom', base_url: baseUrl, model: 'bench', cache: 'off' },
    workspace,
    rehearsal: false,
    access: () => access,
    contextWindow: () => 128_000,
    estimates,
    ranks: computeRanks(crew, estimates),
    prediction: predict(crew, estimates, SLOTS),
    versions: { crewlane: 'bench' },
    evaluator: IN_PROCESS,
    seed: 1,
    timeZone: 'UTC',
    utcOffsetMin: 0,
    startedAtMonotonicMs: performance.now(),
  };
}
