import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../crew/context.ts';
import { crewSchema } from '../crew/schema.ts';
import { applyEvent, newRun } from './fold.ts';
import { planRerun, type RerunChoice } from './rerun.ts';

type Ends = Record<string, 'completed' | 'degraded' | 'failed' | 'skipped' | 'not_chosen' | 'cancelled' | 'pending'>;

/**
 *     a ── b ── d
 *      ╲       ╱
 *       ─ c ───    e
 */
const CONTEXT: Record<string, string[]> = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: [] };

function makeCrew(skips: string[] = [], context = CONTEXT) {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: Object.entries(context).map(([name, before]) => ({
      name,
      description: name,
      expected_output: 'A word',
      agent: 'ada',
      context: before,
      ...(skips.includes(name) ? { on_dependency_failure: 'skip' } : {}),
    })),
  });
}

function runThatEnded(crew: ReturnType<typeof makeCrew>, ends: Ends) {
  const state = newRun(crew);
  Object.entries(ends).forEach(([task, end], index) => {
    const at = { task, seq: index + 1, t: 1 };
    if (end === 'completed') applyEvent(state, { type: 'task.completed', ...at, text: task });
    if (end === 'degraded') applyEvent(state, { type: 'task.completed', ...at, text: task, degraded: true });
    if (end === 'failed') applyEvent(state, { type: 'task.failed', ...at, kind: 'http', message: 'no' });
    if (end === 'skipped') applyEvent(state, { type: 'task.skipped', ...at, because: [] });
    if (end === 'not_chosen') applyEvent(state, { type: 'task.not_chosen', ...at });
    if (end === 'cancelled') applyEvent(state, { type: 'task.cancelled', ...at });
  });
  return state;
}

const ALL_DONE: Ends = { a: 'completed', b: 'completed', c: 'completed', d: 'completed', e: 'completed' };

function again(choice: RerunChoice, ends: Partial<Ends> = {}, crew = makeCrew()): string[] | string {
  const plan = planRerun(crew, runThatEnded(crew, { ...ALL_DONE, ...ends } as Ends), choice);
  return plan.ok ? [...plan.again].sort() : plan.code;
}

describe('the tasks of a rerun', () => {
  it('A rerun of failures repeats failed tasks, tasks degraded by them, and everything downstream', () => {
    expect(again({ kind: 'failed' }, { b: 'failed', d: 'degraded' })).toEqual(['b', 'd']);
    expect(again({ kind: 'failed' }, { a: 'skipped' })).toEqual(['a', 'b', 'c', 'd']);
    expect(again({ kind: 'failed' }, { e: 'cancelled', d: 'pending' })).toEqual(['d', 'e']);
    expect(again({ kind: 'failed' }, { b: 'not_chosen' })).toBe('nothing_to_run');
    expect(again({ kind: 'failed' })).toBe('nothing_to_run');
  });

  it('A rerun from a task repeats the task and its dependents, or only the task', () => {
    expect(again({ kind: 'from', task: 'b' })).toEqual(['b', 'd']);
    expect(again({ kind: 'only', task: 'b' })).toEqual(['b']);
    expect(again({ kind: 'all' })).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('A rerun of stale results repeats stale tasks, tasks without a result, and everything downstream', () => {
    expect(again({ kind: 'stale', stale: new Set(['c']) })).toEqual(['c', 'd']);
    expect(again({ kind: 'stale', stale: new Set() }, { e: 'failed' })).toEqual(['e']);
    expect(again({ kind: 'stale', stale: new Set() })).toBe('nothing_to_run');
  });

  it('A rerun of an unknown task is refused with the available names', () => {
    const crew = makeCrew();
    const plan = planRerun(crew, runThatEnded(crew, ALL_DONE), { kind: 'from', task: 'x' });
    expect(plan).toMatchObject({ ok: false, code: 'unknown_task', message: expect.stringContaining('a, b, c, d, e') });
  });

  it('A rerun is refused if it would leave tasks of an interrupted run open', () => {
    expect(again({ kind: 'only', task: 'b' }, { e: 'pending' })).toBe('cut_off');
    expect(again({ kind: 'from', task: 'a' }, { d: 'pending' })).toEqual(['a', 'b', 'c', 'd']);
  });

  it('A rerun from a task includes tasks that are new since the run, which cannot be reused', () => {
    const grown = makeCrew([], { ...CONTEXT, new: ['e'] });
    const run = runThatEnded(makeCrew(), ALL_DONE);
    const from = planRerun(grown, run, { kind: 'from', task: 'b' });
    expect(from.ok && [...from.again].sort()).toEqual(['b', 'd', 'new']);
    expect(planRerun(grown, run, { kind: 'only', task: 'b' })).toMatchObject({ ok: false, code: 'not_run_yet' });
    const stale = planRerun(grown, run, { kind: 'stale', stale: new Set() });
    expect(stale.ok && [...stale.again]).toEqual(['new']);
  });

  it('A rerun of one task is refused if the task would be skipped because its context has no result', () => {
    expect(again({ kind: 'only', task: 'd' }, { b: 'failed' }, makeCrew(['d']))).toBe('no_context');
    expect(again({ kind: 'only', task: 'd' }, { b: 'failed' })).toEqual(['d']);
  });

  it('A rerun never reuses dependents of repeated tasks, unless a task runs alone', () => {
    const graph = fc.array(fc.array(fc.nat({ max: 20 }), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
    const endings = fc.array(fc.constantFrom('completed', 'degraded', 'failed', 'skipped', 'pending'), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(graph, endings, (numbers, ends) => {
        const names = numbers.map((_, index) => `t${index}`);
        const context = Object.fromEntries(
          numbers.map((before, index) => [
            `t${index}`,
            [...new Set(before.filter((n) => n < index))].map((n) => `t${n}`),
          ]),
        );
        const crew = makeCrew([], context);
        const state = runThatEnded(crew, Object.fromEntries(names.map((name, at) => [name, ends[at]])) as Ends);
        const plan = planRerun(crew, state, { kind: 'failed' });
        if (!plan.ok) return;
        for (const task of crew.tasks) {
          const { name } = task;
          expect(plan.again.has(name)).not.toBe(plan.kept.has(name));
          if (plan.kept.has(name)) {
            expect(state.tasks.get(name)).toMatchObject({ status: 'completed', degraded: false });
            expect(contextOf(task).filter((before) => plan.again.has(before))).toEqual([]);
          }
        }
      }),
    );
  });
});
