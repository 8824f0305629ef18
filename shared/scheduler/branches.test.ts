import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../run/events.ts';
import { Scheduler } from './scheduler.ts';
import { makeCrew, Rig, type TaskSpec } from './testing/rig.ts';

type End = { task: string } & Partial<Omit<Extract<EventDraft, { type: 'task.completed' }>, 'type' | 'task'>>;

class Run {
  readonly rig: Rig;

  constructor(tasks: TaskSpec[]) {
    this.rig = new Rig(new Scheduler(makeCrew({ tasks })), 9);
    this.rig.decide();
  }

  /** Completes a started task and returns the decisions that follow. */
  complete({ task, ...end }: End): string[] {
    this.rig.say({ type: 'attempt.ended', task, attempt: 1, result: 'ok' });
    this.rig.say({ type: 'task.completed', task, text: '', ...end });
    return this.rig.decide();
  }

  fail(task: string): string[] {
    this.rig.fail(task);
    return this.rig.decide();
  }

  condition(task: string, value: boolean | null, detail = ''): string[] {
    this.rig.say({ type: 'task.condition', task, of: 'when', value, detail });
    return this.rig.decide();
  }

  because(task: string): unknown {
    const event = this.rig.events.find((one) => one.type === 'task.not_chosen' && one.task === task);
    return event?.type === 'task.not_chosen' ? event.because : null;
  }
}

const edge = (task: string, ...choice: string[]) => ({ task, choice });
const router = { name: 'review', choices: ['publish', 'revise', 'drop'] };

describe('The order of decisions after a context has ended', () => {
  it('starts the tasks whose choice was made, and does not choose the others', () => {
    const run = new Run([
      router,
      { name: 'publish', context: [edge('review', 'publish')] },
      { name: 'change', context: [edge('review', 'revise', 'drop')] },
      { name: 'after', context: ['publish', 'change'] },
    ]);
    expect(run.complete({ task: 'review', choices: ['revise'] })).toEqual([
      'not_chosen publish',
      'ready change',
      'start change #1 on 1',
    ]);
    expect(run.because('publish')).toBe('choice');
    expect(run.complete({ task: 'change' })).toEqual(['ready after', 'start after #1 on 1']);
    expect(run.complete({ task: 'after' })).toEqual(['finished completed']);
  });

  it('opens a task if one of its choice edges matches, also with other dependencies', () => {
    const run = new Run([
      router,
      { name: 'other', choices: ['yes', 'no'] },
      { name: 'both', context: [edge('review', 'publish'), edge('other', 'yes')] },
      { name: 'none', context: [edge('review', 'drop'), edge('other', 'no')] },
    ]);
    run.complete({ task: 'review', choices: ['revise'] });
    expect(run.complete({ task: 'other', choices: ['yes'] })).toEqual([
      'ready both',
      'not_chosen none',
      'start both #1 on 1',
    ]);
  });

  it('skips a task whose router ended without a result, whatever its policy is', () => {
    const run = new Run([
      router,
      { name: 'publish', context: [edge('review', 'publish')], on_dependency_failure: 'continue' },
      { name: 'end', context: ['publish'], on_dependency_failure: 'continue' },
    ]);
    expect(run.fail('review')).toEqual(['failed review', 'skipped publish', 'ready end', 'start end #1 on 1']);
  });

  it('does not choose a task whose router was not chosen, although another dependency completed', () => {
    const run = new Run([
      { name: 'plan' },
      { name: 'review', choices: ['a', 'b'], context: ['plan'], when: 'false' },
      { name: 'next', context: [edge('review', 'a'), 'plan'] },
    ]);
    expect(run.complete({ task: 'plan' })).toEqual([]);
    expect(run.condition('review', false)).toEqual(['not_chosen review', 'not_chosen next', 'finished completed']);
    expect([run.because('review'), run.because('next')]).toEqual(['when', 'choice']);
  });

  it('does not choose a task whose whole context was not chosen, before its condition is evaluated', () => {
    const run = new Run([
      router,
      { name: 'publish', context: [edge('review', 'publish')] },
      { name: 'next', context: ['publish'], when: 'outputs.publish.text == ""' },
    ]);
    expect(run.complete({ task: 'review', choices: ['drop'] })).toEqual([
      'not_chosen publish',
      'not_chosen next',
      'finished completed',
    ]);
    expect(run.because('next')).toBe('context');
  });

  it('skips a task that misses a result before its condition is evaluated', () => {
    const run = new Run([
      { name: 'a' },
      { name: 'b', context: ['a'], when: 'true', on_dependency_failure: 'skip' },
      { name: 'c', context: ['a'], when: 'true', on_dependency_failure: 'continue' },
    ]);
    expect(run.fail('a')).toEqual(['failed a', 'skipped b']);
    expect(run.rig.scheduler.conditions()).toEqual(['c']);
    expect(run.condition('c', true)).toEqual(['ready c', 'start c #1 on 1']);
  });

  it('waits for the value of a condition and then starts the task, or does not choose it', () => {
    const run = new Run([
      { name: 'count' },
      { name: 'more', context: ['count'], when: 'outputs.count.events < 10' },
      { name: 'enough', context: ['count'], when: 'outputs.count.events >= 10' },
      { name: 'summary', context: ['more', 'enough'] },
    ]);
    expect(run.complete({ task: 'count' })).toEqual([]);
    expect(run.rig.scheduler.conditions()).toEqual(['more', 'enough']);
    expect(run.condition('more', true)).toEqual(['ready more', 'start more #1 on 1']);
    expect(run.condition('enough', false)).toEqual(['not_chosen enough']);
    expect(run.complete({ task: 'more' })).toEqual(['ready summary', 'start summary #1 on 1']);
    expect(run.complete({ task: 'summary' })).toEqual(['finished completed']);
  });

  it('fails a task whose condition cannot be evaluated, without an attempt', () => {
    const run = new Run([{ name: 'a', when: 'outputs.x == 1' }]);
    expect(run.rig.scheduler.conditions()).toEqual(['a']);
    expect(run.condition('a', null, 'No such key: x')).toEqual(['failed a', 'finished failed']);
    expect(run.rig.events).toContainEqual(expect.objectContaining({ type: 'task.failed', kind: 'expression' }));
    expect(run.rig.events.some(({ type }) => type === 'attempt.started')).toBe(false);
  });

  it('keeps a condition that was evaluated before a resume, and evaluates an open one again', () => {
    const run = new Run([
      { name: 'a', when: 'true' },
      { name: 'b', when: 'true' },
    ]);
    run.rig.say({ type: 'task.condition', task: 'a', of: 'when', value: false, detail: '' });
    run.rig.say({ type: 'run.resumed', wall_ms: 1, versions: {} });
    expect(run.rig.decide()).toEqual(['not_chosen a']);
    expect(run.rig.scheduler.conditions()).toEqual(['b']);
  });

  it('cancels a task whose condition is being evaluated', () => {
    const run = new Run([{ name: 'a', when: 'true' }]);
    run.rig.scheduler.stop();
    expect(run.rig.decide()).toEqual(['cancelled a', 'finished cancelled']);
    expect(run.rig.scheduler.conditions()).toEqual([]);
  });
});
