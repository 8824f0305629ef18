import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Project } from '../project/schema.ts';
import { Random } from '../random.ts';
import { consensualAgents } from '../run/consensus.ts';
import { ASSIGNMENT } from '../run/events.ts';
import { needsAssignment } from '../run/fold.ts';
import { randomCrew } from '../run/testing/random-crew.ts';
import { predict } from './predict.ts';
import { computeRanks } from './ranks.ts';
import { Scheduler, type TimedEvent } from './scheduler.ts';
import { simulate } from './simulate.ts';
import { crew, Rig, type TaskSpec } from './testing.ts';

/** What holds of every schedule, over random graphs, durations, faults, pauses and changes of the number of slots. */

interface Scenario {
  project: Project;
  slots: number;
  seed: number;
}

const POOLS = [
  { name: 'db', capacity: 2 },
  { name: 'web', capacity: 3 },
];

/** Up to ten tasks; each may wait for earlier ones, be synchronous, take units, skip after a failure. */
const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    size: fc.integer({ min: 1, max: 10 }),
    slots: fc.integer({ min: 1, max: 5 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ size, slots, seed }) => ({ slots, seed, project: randomProject(size, new Random(seed)) }));

function randomProject(size: number, random: Random): Project {
  const tasks = Array.from({ length: size }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    const pool = POOLS[random.int(0, 3)];
    return {
      name: `t${index}`,
      context,
      async: random.chance(0.7),
      agent: random.pick(['ada', 'bo'] as const),
      priority: random.int(-2, 2),
      ...(pool ? { resources: [{ pool: pool.name, units: random.int(1, pool.capacity) }] } : {}),
      ...(random.chance(0.3) ? { on_dependency_failure: 'skip' as const } : {}),
    };
  });
  return crew({ agents: [{ name: 'ada', max_concurrent: 3 }, { name: 'bo' }], pools: POOLS, tasks });
}

/** What runs, kept apart from the scheduler by whoever hands turns out. */
interface Running {
  task: string;
  attempt: number;
  end: number;
}

/** Drives a scheduler in virtual time as the engine would, with faults, and checks each start as it is decided. */
class Drive {
  readonly rig: Rig;
  readonly running = new Map<string, Running>();
  readonly ended = new Set<string>();
  readonly attempts = new Map<string, number>();
  readonly #project: Project;
  readonly #random: Random;
  #slots: number;
  #paused = false;
  #retryAt = new Map<string, number>();

  constructor({ project, slots, seed }: Scenario) {
    this.#project = project;
    this.#slots = slots;
    this.#random = new Random(seed + 1);
    this.rig = new Rig(new Scheduler(project), slots, computeRanks(project, {}));
  }

  run(): void {
    for (let steps = 0; !this.#isFinished(); steps += 1) {
      if (steps > 10_000) throw new Error('The run does not end.');
      this.#decide();
      if (this.#isFinished()) return;
      if (!this.#paused) this.#checkNothingIdle();
      if (this.#random.chance(0.1)) this.#disturb();
      else this.#advance();
    }
  }

  #isFinished(): boolean {
    return this.rig.events.at(-1)?.type === 'run.finished';
  }

  #decide(): void {
    const from = this.rig.events.length;
    this.rig.decide();
    for (const event of this.rig.events.slice(from)) this.#take(event);
  }

  #take(event: TimedEvent): void {
    if (event.type === 'attempt.started') this.#started(event.task, event.attempt);
    if (event.type === 'task.failed' || event.type === 'task.skipped') this.ended.add(event.task);
  }

  #started(name: string, attempt: number): void {
    const task = this.#taskOf(name);
    expect(this.running.size).toBeLessThan(this.#slots);
    expect(this.running.has(name)).toBe(false);
    expect(task.context.every((before) => this.ended.has(before))).toBe(true);
    expect(this.rig.t).toBeGreaterThanOrEqual(this.#retryAt.get(name) ?? 0);
    expect(attempt).toBe((this.attempts.get(name) ?? 0) + 1);
    this.attempts.set(name, attempt);
    this.running.set(name, { task: name, attempt, end: this.rig.t + this.#random.int(1, 50) });
    const others = [...this.running.keys()].filter((other) => other !== name);
    if (!task.async) expect(others.every((other) => this.#taskOf(other).async)).toBe(true);
    for (const { name: pool, capacity } of this.#project.pools)
      expect(this.#unitsOf(pool)).toBeLessThanOrEqual(capacity);
  }

  /** No slot stands idle that a task that could start could use. */
  #checkNothingIdle(): void {
    if (this.running.size >= this.#slots) return;
    const could = this.#project.tasks.filter((task) => this.#couldStart(task.name));
    expect(could.map(({ name }) => name)).toEqual([]);
  }

  #couldStart(name: string): boolean {
    const task = this.#taskOf(name);
    if (this.ended.has(name) || this.running.has(name) || (this.#retryAt.get(name) ?? 0) > this.rig.t) return false;
    if (!task.context.every((before) => this.ended.has(before))) return false;
    if (!task.async && [...this.running.keys()].some((other) => !this.#taskOf(other).async)) return false;
    const capacity = new Map(this.#project.pools.map((pool) => [pool.name, pool.capacity]));
    if (task.resources.some(({ pool, units }) => this.#unitsOf(pool) + units > (capacity.get(pool) ?? 0))) return false;
    const limit =
      this.#project.agents.find((agent) => agent.name === task.agent)?.max_concurrent ?? Number.POSITIVE_INFINITY;
    return [...this.running.keys()].filter((other) => this.#taskOf(other).agent === task.agent).length < limit;
  }

  /** Time goes to what happens next: the end of a turn, or a retry that falls due. */
  #advance(): void {
    const [next] = [...this.running.values()].sort((a, b) => a.end - b.end);
    const wake = this.rig.scheduler.wakeAt();
    if (next && (wake === null || next.end <= wake)) this.#end(next);
    else if (wake !== null) this.rig.t = Math.max(this.rig.t, wake);
    else if (this.#paused) this.#unpause();
    else throw new Error('Nothing will ever happen.');
  }

  #end({ task, attempt, end }: Running): void {
    this.rig.t = end;
    this.running.delete(task);
    const tries = attempt < 4;
    if (this.#random.chance(0.75)) {
      this.rig.complete(task, attempt);
      this.ended.add(task);
    } else if (tries && this.#random.chance(0.6)) {
      const at = end + this.#random.int(0, 40);
      this.#retryAt.set(task, at);
      this.rig.fail(task, attempt, at);
    } else this.rig.fail(task, attempt);
  }

  #disturb(): void {
    if (this.#paused) this.#unpause();
    else if (this.#random.chance(0.4)) this.#pause();
    else {
      const slots = this.#random.int(1, 6);
      for (let slot = this.#slots + 1; slot <= slots; slot += 1)
        this.rig.say({ type: 'slot.ready', slot, pid: slot, ms: 0 });
      this.#slots = slots;
      this.rig.say({ type: 'run.slots', slots });
      for (let slot = 1; slot <= slots; slot += 1)
        if (this.#isFree(slot)) this.rig.say({ type: 'slot.ready', slot, pid: slot, ms: 0 });
    }
  }

  #isFree(slot: number): boolean {
    const last = this.rig.events.findLast((event) => event.type === 'attempt.started' && event.slot === slot);
    return last?.type !== 'attempt.started' || this.running.get(last.task)?.attempt !== last.attempt;
  }

  /** Running attempts end as cancelled, to be done again at once. */
  #pause(): void {
    this.#paused = true;
    this.rig.say({ type: 'run.paused' });
    for (const { task, attempt } of this.running.values()) {
      this.rig.say({
        type: 'attempt.ended',
        task,
        attempt,
        result: 'cancelled',
        kind: 'cancelled',
        message: '',
        retry_at: this.rig.t,
      });
    }
    this.running.clear();
  }

  #unpause(): void {
    this.#paused = false;
    this.rig.say({ type: 'run.unpaused' });
  }

  #unitsOf(pool: string): number {
    let units = 0;
    for (const name of this.running.keys()) {
      for (const demand of this.#taskOf(name).resources) if (demand.pool === pool) units += demand.units;
    }
    return units;
  }

  #taskOf(name: string): Project['tasks'][number] {
    const task = this.#project.tasks.find((one) => one.name === name);
    if (!task) throw new Error(`There is no task ${name}.`);
    return task;
  }
}

describe('whatever happens in a run', () => {
  test('slots, context, lane, pools and attempts are kept to, no slot stands idle, and it ends', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const drive = new Drive(scenario);
        drive.run();
        expect(drive.ended).toEqual(new Set(scenario.project.tasks.map(({ name }) => name)));
      }),
      { numRuns: 400 },
    );
  });

  test('a fresh scheduler that is fed with the events reaches the same state and decides the same', () => {
    fc.assert(
      fc.property(scenarios, fc.double({ min: 0, max: 1, noNaN: true }), (scenario, share) => {
        const { rig } = drivenTo(scenario);
        const until = Math.floor(rig.events.length * share);
        const [first, second] = [0, 1].map(() => {
          const scheduler = new Scheduler(scenario.project);
          scheduler.begin(computeRanks(scenario.project, {}), scenario.slots);
          for (const event of rig.events.slice(0, until)) scheduler.apply(event);
          return scheduler;
        });
        const t = rig.events[until]?.t ?? rig.t;
        expect(second?.snapshot()).toEqual(first?.snapshot());
        const { t: _t, ...decided } = rig.events[until] ?? { t };
        const next = first?.next(t);
        if (next && 'type' in decided && decided.type === next.type) expect(next).toEqual(decided);
        expect(second?.next(t)).toEqual(next);
      }),
      { numRuns: 200 },
    );
  });
});

function drivenTo(scenario: Scenario): Drive {
  const drive = new Drive(scenario);
  drive.run();
  return drive;
}

describe('the schedule, without faults', () => {
  const planned = scenarios.map(({ project, slots, seed }) => {
    const random = new Random(seed + 2);
    return {
      project,
      slots,
      durations: Object.fromEntries(project.tasks.map(({ name }) => [name, random.int(1, 100)])),
    };
  });

  test("ends within Graham's bound, whatever the ranking", () => {
    fc.assert(
      fc.property(planned, fc.integer(), ({ project, slots, durations }, ranking) => {
        const random = new Random(ranking);
        const ranks = Object.fromEntries(project.tasks.map(({ name }) => [name, random.int(0, 100)]));
        // Agents' own limits are pools of the scheduler's that the bound does not speak of.
        const free = { ...project, agents: project.agents.map(({ max_concurrent: _limit, ...agent }) => agent) };
        const { makespan_ms } = simulate(free, { slots, durations, ranks });
        expect(makespan_ms).toBeLessThanOrEqual(Math.ceil(grahamBound(free, slots, durations)));
      }),
      { numRuns: 400 },
    );
  });

  test("ends within Graham's bound in hierarchical and consensual crews too, turn by turn, whatever the ranking", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 5 }), (seed, slots) => {
        const random = new Random(seed);
        const any = randomCrew(random);
        const agents = any.agents.map(({ max_concurrent: _limit, ...agent }) => agent);
        const tasks = any.tasks.map((task) => ({ ...task, async: true, resources: [], human_review: 'none' as const }));
        const project = { ...any, agents, tasks };
        const names = [...tasks.map(({ name }) => name), ASSIGNMENT];
        const durations = Object.fromEntries(names.map((name) => [name, random.int(1, 100)]));
        const ranks = Object.fromEntries(names.map((name) => [name, random.int(0, 100)]));
        const { path, work } = turnsOf(project, durations);
        const bound = path * (1 - 1 / slots) + work / slots;
        expect(simulate(project, { slots, durations, ranks }).makespan_ms).toBeLessThanOrEqual(Math.ceil(bound));
      }),
      { numRuns: 400 },
    );
  });

  test('with as many slots as tasks, and nothing shared, takes as long as the longest path', () => {
    fc.assert(
      fc.property(planned, ({ project, durations }) => {
        const tasks = project.tasks.map((task) => ({ ...task, async: true, resources: [], agent: 'bo' }));
        const free = { ...project, tasks };
        const { makespan_ms } = simulate(free, { slots: tasks.length, durations });
        expect(makespan_ms).toBe(longestPath(free, durations));
      }),
    );
  });

  test('is within (2 − 1/N) of the exact optimum of small graphs', () => {
    fc.assert(
      fc.property(planned, ({ project, slots, durations }) => {
        const tasks = project.tasks.slice(0, 6).map((task) => ({ ...task, async: true, resources: [], agent: 'bo' }));
        const free = { ...project, tasks };
        const { makespan_ms } = simulate(free, { slots, durations });
        expect(makespan_ms).toBeLessThanOrEqual((2 - 1 / slots) * optimum(free, slots, durations) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('of a real run follows the prediction when every task takes as long as was estimated', () => {
    fc.assert(
      fc.property(planned, ({ project, slots, durations }) => {
        const estimates = Object.fromEntries(
          Object.entries(durations).map(([name, ms]) => [name, { ms, from: 'estimate_s' as const }]),
        );
        const ranks = computeRanks(project, estimates);
        expect(simulate(project, { slots, durations, ranks }).makespan_ms).toBe(
          predict(project, estimates, slots).makespan_ms,
        );
      }),
      { numRuns: 60 },
    );
  });
});

type Durations = Readonly<Record<string, number>>;

/** The longest path and the whole work in turns: proposals before votes, the assignment before those it is for. */
function turnsOf(project: Project, durations: Durations): { path: number; work: number } {
  const assigns = needsAssignment(project);
  const assignment = assigns ? (durations[ASSIGNMENT] ?? 0) : 0;
  const ends = new Map<string, number>();
  let work = assignment;
  for (const task of project.tasks) {
    const busy = durations[task.name] ?? 0;
    // The turns share the task's time; of what does not divide the first ones take a millisecond each.
    const turns = project.process === 'consensual' ? 2 * consensualAgents(project, task).length : 1;
    const longest = Math.ceil(busy / turns) + Math.ceil((busy - Math.min(busy % turns, turns / 2)) / turns);
    const assigned = assigns && task.agent === undefined ? assignment : 0;
    const start = Math.max(assigned, ...task.context.map((before) => ends.get(before) ?? 0));
    ends.set(task.name, start + (turns === 1 ? busy : longest));
    work += busy;
  }
  return { path: Math.max(assignment, ...ends.values()), work };
}

/** CP·(1 − 1/N) + W/N + Σ W_p ÷ (C_p − u_p + 1) over the lane and each pool. */
function grahamBound(project: Project, slots: number, durations: Durations): number {
  const work = project.tasks.reduce((sum, { name }) => sum + (durations[name] ?? 0), 0);
  const synchronous = project.tasks.filter((task) => !task.async);
  let bound = longestPath(project, durations) * (1 - 1 / slots) + work / slots;
  bound += synchronous.reduce((sum, { name }) => sum + (durations[name] ?? 0), 0);
  for (const pool of project.pools) {
    const demands = project.tasks.flatMap(({ name, resources }) =>
      resources.filter((demand) => demand.pool === pool.name).map(({ units }) => ({ units, ms: durations[name] ?? 0 })),
    );
    const most = Math.max(0, ...demands.map(({ units }) => units));
    if (most > 0) bound += demands.reduce((sum, { units, ms }) => sum + units * ms, 0) / (pool.capacity - most + 1);
  }
  return bound;
}

function longestPath(project: Project, durations: Durations): number {
  const ends = new Map<string, number>();
  for (const { name, context } of project.tasks) {
    const start = Math.max(0, ...context.map((before) => ends.get(before) ?? 0));
    ends.set(name, start + (durations[name] ?? 0));
  }
  return Math.max(0, ...ends.values());
}

/** The least makespan over all orders: list scheduling of every order of the tasks finds it, as none gains by waiting. */
function optimum(project: Project, slots: number, durations: Durations): number {
  const names = project.tasks.map(({ name }) => name);
  let best = Number.POSITIVE_INFINITY;
  for (const order of permutations(names)) {
    const ranks = Object.fromEntries(order.map((name, index) => [name, order.length - index]));
    best = Math.min(best, simulate(project, { slots, durations, ranks }).makespan_ms);
  }
  return best;
}

function permutations(names: readonly string[]): string[][] {
  if (names.length <= 1) return [[...names]];
  return names.flatMap((name, index) =>
    permutations([...names.slice(0, index), ...names.slice(index + 1)]).map((rest) => [name, ...rest]),
  );
}
