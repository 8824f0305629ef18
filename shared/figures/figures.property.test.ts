import { describe, expect, test } from 'vitest';
import type { Crew } from '../crew/schema.ts';
import { ASSIGNMENT } from '../run/events.ts';
import { lowerBoundOf } from './testing/bounds.ts';
import { count, everyRun, makespanOf, sum } from './testing/every-run.ts';
import { figuredTasks, type PlainTurn } from './testing/plain-run.ts';

/**
 * Computes every figure of the reports a second time from the raw events of random runs: with all crew processes,
 * failures, crashes, limits, leases, reviews, pauses, changed slots and interruptions.
 */

describe('the run', () => {
  test('success rate, counts and throughput', () => {
    everyRun(({ plain, figures: { counts, time } }) => {
      const statuses = plain.crew.tasks.map(({ name }) => plain.status(name));
      const completed = count(statuses, (status) => status === 'completed');
      const said = plain.of('task.completed').filter(({ task }) => task !== ASSIGNMENT);
      expect(counts).toMatchObject({
        total: statuses.length,
        completed,
        failed: count(statuses, (status) => status === 'failed'),
        skipped: count(statuses, (status) => status === 'skipped'),
        notChosen: 0,
        pending: 0,
        degraded: count(said, (event) => event.degraded === true),
        edited: count(said, (event) => event.edited === true),
        concurrent: count(plain.crew.tasks, (task) => task.async),
        sequential: count(plain.crew.tasks, (task) => !task.async),
        successRate: completed / statuses.length,
      });
      const makespan = makespanOf(plain);
      const executed = completed - count(said, (event) => event.cached !== undefined);
      expect(counts.executed).toBe(executed);
      expect(time.perSecond).toBe(makespan === 0 ? null : (executed * 1000) / makespan);
    });
  });

  test('makespan, pauses, cut-offs, and waits for a person with nothing else to run', () => {
    everyRun(({ plain, figures: { time } }) => {
      const milliseconds = plain.milliseconds();
      const makespanMs = makespanOf(plain);
      const names = plain.crew.tasks.map(({ name }) => name);
      const idle = milliseconds.filter((t) => plain.running(t) === 0 && !plain.isOut(t));
      const resumed = plain.of('run.resumed').at(-1);
      expect(time).toMatchObject({
        endMs: plain.end,
        makespanMs,
        pausedMs: plain.end - makespanMs,
        personMs: count(idle, (t) => names.some((name) => plain.isAsked(name, t))),
        cutOffMs: resumed ? resumed.wall_ms - 1000 - resumed.t : 0,
      });
    });
  });

  test('concurrency, utilization, sequential time and time saved', () => {
    everyRun(({ plain, figures: { time } }) => {
      const counted = plain.milliseconds().filter((t) => !plain.isOut(t));
      const running = counted.map((t) => plain.running(t));
      const sequential = sum(plain.turns.map(({ start, end }) => end - start));
      const slotMs = sum(counted.map((t) => plain.slots(t)));
      time.concurrency.levels.forEach((ms, level) => {
        expect(ms).toBe(count(running, (turns) => turns === level));
      });
      expect(sum(time.concurrency.levels)).toBe(counted.length);
      expect(time.concurrency.peak).toBe(Math.max(0, ...running));
      expect(time.concurrency.mean).toBeCloseTo(counted.length === 0 ? 0 : sequential / counted.length, 9);
      expect(time).toMatchObject({
        sequentialMs: sequential,
        failedBusyMs: sum(plain.turns.map((turn) => (hasFailed(turn.result) ? turn.end - turn.start : 0))),
        lostBusyMs: sum(plain.turns.map((turn) => (turn.result === 'lost' ? turn.end - turn.start : 0))),
        slotMs,
        utilization: slotMs === 0 ? null : sequential / slotMs,
        timeSaved: sequential === 0 ? null : 1 - counted.length / sequential,
      });
    });
  });

  test('the lower bound and the efficiency', () => {
    everyRun(({ plain, figures: { time } }) => {
      const ms = lowerBoundOf(plain);
      expect(time.lowerBound.ms).toBe(ms);
      const makespan = makespanOf(plain);
      expect(time.efficiency).toBe(makespan === 0 ? null : ms / makespan);
      // While turns continue after the number of slots was reduced, more turns run than there are slots.
      const isWithin = plain.milliseconds().every((t) => plain.running(t) <= plain.slots(t));
      if (isWithin) expect(ms).toBeLessThanOrEqual(makespan);
    });
  });
});

describe('where the time went', () => {
  test('The busy time is divided without gap or overlap, and so is the running time on the critical path.', () => {
    everyRun(({ plain, state, figures: { spent, path, tasks } }) => {
      const busy = (turns: readonly PlainTurn[]) => sum(turns.map(({ start, end }) => end - start));
      const ms = (kind: string) => sum(spent.filter((figure) => figure.kind === kind).map((figure) => figure.ms));
      expect(sum(spent.map((figure) => figure.ms))).toBe(busy(plain.turns));
      expect(ms('failed')).toBe(busy(plain.turns.filter((turn) => hasFailed(turn.result))));
      expect(ms('lost')).toBe(busy(plain.turns.filter((turn) => turn.result === 'lost')));
      const onPath = path.links.filter((link) => link.kind === 'running');
      expect(sum(spent.map((figure) => figure.criticalMs))).toBe(sum(onPath.map(({ start, end }) => end - start)));
      expect([ms('model'), ms('tool')]).toEqual([
        sum(tasks.map((task) => task.modelMs)),
        sum(tasks.map((task) => task.toolMs)),
      ]);
      expect(sum(spent.map((figure) => figure.share))).toBeCloseTo(spent.length === 0 ? 0 : 1, 9);
      const worked = state.turns.filter(({ result }) => !hasFailed(result ?? 'ok') && result !== 'lost');
      const called = worked.flatMap((turn) =>
        plain
          .milliseconds()
          .filter(
            (t) =>
              t >= turn.start &&
              t < (turn.end ?? t) &&
              turn.calls.some((call) => call.start <= t && t < (call.end ?? t)),
          ),
      );
      expect(ms('model')).toBeLessThanOrEqual(called.length);
    });
  });
});

describe('each task', () => {
  test('A task is running or waiting in every millisecond to its end, for the first reason that applies', () => {
    everyRun(({ plain, figures }) => {
      for (const task of figures.tasks) {
        const end = plain.endOf(task.name);
        const expected = plain
          .milliseconds()
          .slice(0, end)
          .map((t) => plain.doing(task.name, t));
        const found = task.segments.flatMap((piece) => {
          const what = piece.kind === 'waiting' ? piece.reason : piece.kind;
          return Array.from({ length: piece.end - piece.start }, () => what);
        });
        expect([task.name, ...found]).toEqual([
          task.name,
          ...expected.map((doing) => (doing === 'running' ? doing : doing.reason)),
        ]);
        expect(task.runningMs + task.waitingMs + task.recordingMs).toBe(end);
        expect(task.runningMs).toBe(count(expected, (doing) => doing === 'running'));
      }
    });
  });

  test('A task waits for a slot only while no slot is ready and free, and for start-up only while a slot is not ready', () => {
    everyRun(({ plain, figures }) => {
      for (const { name, segments } of figures.tasks) {
        for (const piece of segments) {
          if (piece.kind !== 'waiting') continue;
          for (let t = piece.start; t < piece.end; t += 1) {
            const isForSlot = piece.reason === 'slot' || piece.reason === 'starting';
            if (isForSlot) expect([name, piece.reason, t, plain.freeSlots(t)]).toEqual([name, piece.reason, t, []]);
            if (piece.reason === 'starting') expect(piece.blocker).toMatch(/^slot \d+$/);
            if (piece.reason === 'slot' && piece.blocker !== null) expect(plain.isRunning(piece.blocker, t)).toBe(true);
          }
        }
      }
    });
  });

  test('The busy time, attempts, calls, tokens, cost and tools of each task match its events', () => {
    everyRun(({ plain, figures }) => {
      for (const task of figures.tasks) {
        const turns = plain.turnsOf(task.name);
        const calls = plain.of('llm.call').filter((event) => event.task === task.name);
        const tools = plain.of('tool.call').filter((event) => event.task === task.name);
        const costs = calls.map(({ cost_usd }) => cost_usd);
        expect(task).toMatchObject({
          busyMs: plain.busyOf(task.name),
          failedTurns: count(turns, ({ result }) => hasFailed(result)),
          lostTurns: count(turns, ({ result }) => result === 'lost'),
          startedMs: turns[0]?.start ?? null,
          slot: turns.at(-1)?.slot ?? null,
          usage: {
            calls: calls.length,
            failedCalls: count(calls, ({ error }) => error !== undefined),
            promptTokens: sum(calls.map((call) => call.prompt_tokens)),
            completionTokens: sum(calls.map((call) => call.completion_tokens)),
            costUsd: costs.includes(null) ? null : sum(costs.map((cost) => cost ?? 0)),
          },
        });
        expect(sum(task.tools.map((use) => use.calls))).toBe(tools.length);
        expect(sum(task.tools.map((use) => use.failed))).toBe(count(tools, ({ ok }) => !ok));
      }
    });
  });

  test('The critical path covers all running and waiting time, from 0 to the last end', () => {
    everyRun(({ plain, figures: { path, time } }) => {
      let at = 0;
      for (const link of path.links) {
        expect(link.start).toBe(at);
        for (let t = link.start; t < link.end; t += 1) {
          const doing = plain.doing(link.task, t);
          expect(doing === 'running' ? null : doing.reason).toBe(link.reason);
        }
        const counted = count(
          plain.milliseconds().filter((t) => link.start <= t && t < link.end),
          (t) => !plain.isOut(t),
        );
        const isPause = counted === 0 && link.end > link.start;
        if (isPause) expect(link.share).toBeNull();
        else expect(link.share).toBe(time.makespanMs === 0 ? 0 : counted / time.makespanMs);
        at = link.end;
      }
      expect(at).toBe(plain.end);
      if (time.makespanMs > 0) {
        expect(sum(path.links.map(({ share }) => share ?? 0))).toBeCloseTo(1, 9);
        expect(sum(path.links.map(({ shownThousandths }) => shownThousandths ?? 0))).toBe(1000);
      }
      for (const task of path.tasks) expect(path.slack.has(task)).toBe(false);
      for (const ms of path.slack.values()) expect(ms).toBeGreaterThanOrEqual(0);
    });
  });
});

describe('groups and resources', () => {
  test('agents and categories', () => {
    everyRun(({ plain, figures }) => {
      for (const agent of figures.agents) {
        const own = plain.turns.filter((turn) => turn.agent === agent.agent);
        const tasks = plain.crew.tasks.filter(({ name }) => plain.agentOf(name) === agent.agent);
        const busyMs = sum(own.map(({ start, end }) => end - start));
        expect(agent).toMatchObject({
          tasks: tasks.length,
          completed: count(tasks, ({ name }) => plain.status(name) === 'completed'),
          busyMs,
          meanMs: own.length === 0 ? null : busyMs / own.length,
          turns: own.length,
          failures: count(own, ({ result }) => hasFailed(result)),
          usage: { calls: count(plain.of('llm.call'), (call) => call.agent === agent.agent) },
        });
      }
      const categoryOf = (task: Crew['tasks'][number]) => task.category ?? plain.agentOf(task.name) ?? 'Unassigned';
      for (const group of figures.categories) {
        const own = plain.crew.tasks.filter((task) => categoryOf(task) === group.category);
        expect(group.total).toBe(own.length);
        expect(group.busyMs).toBe(sum(own.map(({ name }) => plain.busyOf(name))));
      }
      expect(sum(figures.categories.map(({ total }) => total))).toBe(plain.crew.tasks.length);
    });
  });

  test('pools: use, peak, mean, waits, queue, timeouts and reclaimed leases', () => {
    everyRun(({ plain, figures }) => {
      const makespan = makespanOf(plain);
      for (const pool of figures.pools) {
        const leases = plain.leases(pool.pool);
        const units = plain.milliseconds().map((t) => plain.units(pool.pool, t));
        const waiting = plain.milliseconds().map((t) => {
          const queued = count(leases, (lease) => lease.requested <= t && t < lease.start);
          const parked = count(figuredTasks(plain), (name) => {
            if (t >= plain.endOf(name)) return false;
            const doing = plain.doing(name, t);
            return doing !== 'running' && doing.reason === 'resource' && doing.pool === pool.pool;
          });
          return queued + parked;
        });
        expect(pool).toMatchObject({
          peak: Math.max(0, ...units),
          waitMs: sum(waiting),
          longestQueue: Math.max(0, ...waiting),
          timeouts: count(leases, ({ granted }) => !granted),
          reclaimed: count(
            plain.of('resource.released'),
            (event) => event.resource === pool.pool && event.reclaimed === true,
          ),
        });
        expect(pool.mean).toBeCloseTo(makespan === 0 ? 0 : sum(units) / makespan, 9);
      }
    });
  });

  test('slots: turns, busy time, CPU, memory and ends of processes', () => {
    everyRun(({ plain, figures }) => {
      for (const slot of figures.slotUse) {
        const own = plain.turns.filter((turn) => turn.slot === slot.slot);
        const cpu = plain.of('sample').flatMap(({ slots }) => slots.filter((one) => one.slot === slot.slot));
        expect(slot.turns).toBe(own.length);
        expect(slot.busyMs).toBe(sum(own.map(({ start, end }) => end - start)));
        expect(slot.peakCpu).toBe(cpu.length === 0 ? null : Math.max(...cpu.map(({ cpu_percent }) => cpu_percent)));
        if (slot.meanCpu !== null)
          expect(slot.meanCpu).toBeCloseTo(sum(cpu.map(({ cpu_percent }) => cpu_percent)) / cpu.length, 9);
        expect(slot.exits).toHaveLength(count(plain.of('slot.exited'), (event) => event.slot === slot.slot));
      }
    });
  });

  test('quality: checks, repairs, degraded results and reviews', () => {
    everyRun(({ plain, figures: { quality } }) => {
      const checks = (what: string) => ({
        passed: count(plain.of('check'), (event) => event.what === what && event.passed),
        failed: count(plain.of('check'), (event) => event.what === what && !event.passed),
      });
      const answers = (answer: string) => count(plain.of('review.answered'), (event) => event.answer === answer);
      expect(quality).toMatchObject({
        schemas: checks('schema'),
        guardrails: checks('guardrail'),
        repairs: checks('repair'),
        degraded: plain.crew.tasks
          .map(({ name }) => name)
          .filter((name) => plain.of('task.completed').some((event) => event.task === name && event.degraded)),
        reviews: { approved: answers('approved'), edited: answers('edited'), sentBack: answers('sent_back'), open: 0 },
      });
    });
  });
});

function hasFailed(result: string): boolean {
  return result === 'error' || result === 'timeout' || result === 'crash';
}

describe('the simulated figures', () => {
  test('the replay of a run takes as long as the run, within 1% in 95 of 100 runs', () => {
    let close = 0;
    let all = 0;
    everyRun(({ plain, figures: { bottlenecks } }) => {
      const makespan = makespanOf(plain);
      all += 1;
      if (Math.abs(bottlenecks.baseMs - makespan) <= makespan * 0.01) close += 1;
    });
    expect(close / all).toBeGreaterThanOrEqual(0.95);
  });

  test('Savings refer to the makespan of the run, and are absent if the replay differs by more than 5%', () => {
    everyRun(({ plain, figures: { bottlenecks, time } }) => {
      const { makespanMs, baseMs, isComparable, ranked, isLimitedByDependencies } = bottlenecks;
      const makespan = makespanOf(plain);
      expect(makespanMs).toBe(makespan);
      expect(isComparable).toBe(Math.abs(baseMs - makespan) <= makespan * 0.05);
      if (!isComparable) expect(ranked).toEqual([]);
      for (const found of ranked) {
        expect(found.savesMs).toBe(baseMs - found.makespanMs);
        expect(found.savesMs).toBeGreaterThan(0);
      }
      expect(isLimitedByDependencies).toBe(makespan > 0 && time.lowerBound.path_ms >= makespan * 0.95);
      const saves = ranked.map(({ savesMs }) => savesMs);
      expect(saves).toEqual([...saves].sort((a, b) => b - a));
    });
  });

  test('The simulation covers the tasks of the critical path, and start-up if a slot started', () => {
    everyRun(({ figures: { bottlenecks, tasks } }) => {
      if (!bottlenecks.isComparable) return;
      const critical = tasks.filter((task) => task.attempts > 0 && task.criticalMs > 0);
      expect(bottlenecks.tried).toBeGreaterThanOrEqual(2 + Math.min(20, critical.length));
    });
  });

  test('scaling: the knee, and the fewest slots with which the run takes at most 1% longer', () => {
    everyRun(({ plain, figures: { scaling, slots } }) => {
      const at = (count: number) => scaling.points.find((point) => point.slots === count)?.makespanMs;
      const makespanAt = (count: number) => at(count) ?? Number.NaN;
      let knee = 1;
      while (knee < 64 && makespanAt(2 * knee) < 0.9 * makespanAt(knee)) knee *= 2;
      expect(scaling.knee).toBe(knee);
      expect(scaling.own).toEqual({ slots, makespanMs: makespanAt(slots) });
      expect(makespanAt(scaling.recommended)).toBeLessThanOrEqual(makespanAt(slots) * 1.01);
      const lengths = new Map<number, number>();
      for (const t of plain.milliseconds()) {
        if (!plain.isOut(t)) lengths.set(plain.slots(t), (lengths.get(plain.slots(t)) ?? 0) + 1);
      }
      expect(lengths.get(slots) ?? 0).toBe(Math.max(0, ...lengths.values()));
    });
  });

  test('the prediction and the actual run, and the reasons for the difference, which add up to it', () => {
    everyRun(({ plain, figures: { prediction } }) => {
      const [started] = plain.of('run.started');
      const predicted = started?.prediction.makespan_ms ?? null;
      const actual = makespanOf(plain);
      expect(prediction).toMatchObject({
        makespanMs: predicted,
        actualMs: actual,
        differenceMs: predicted === null ? null : actual - predicted,
        firstDispatchMs: plain.turns[0]?.start ?? null,
      });
      if (prediction.reasons.length > 0)
        expect(sum(prediction.reasons.map(({ ms }) => ms))).toBe(prediction.differenceMs);
      for (const task of prediction.tasks) {
        expect(task).toMatchObject({
          estimateMs: started?.estimates[task.task]?.ms ?? null,
          busyMs: plain.busyOf(task.task),
          predictedEndMs: started?.prediction.tasks[task.task]?.end_ms ?? null,
          endedMs: plain.endOf(task.task),
        });
      }
    });
  });
});
