import { describe, expect, it } from 'vitest';
import { differencesOf } from './differences.ts';
import { crewSchema } from './schema.ts';

const task = (name: string, description = 'Write', more: object = {}) => ({
  name,
  description,
  expected_output: 'Text',
  ...more,
});
const makeCrew = (more: object = {}) =>
  crewSchema.parse({ format: 'crewlane/1', name: 'crew', tasks: [task('one'), task('two')], ...more });

describe('differences between two crews', () => {
  it('equal crews have no differences', () => {
    expect(differencesOf(makeCrew(), makeCrew())).toEqual([]);
  });

  it('a difference names the task and the key', () => {
    const theirs = makeCrew({ tasks: [task('one', 'Write well', { priority: 3 }), task('two')] });
    expect(differencesOf(makeCrew(), theirs)).toEqual([
      {
        kind: 'task',
        name: 'one',
        isIn: 'both',
        changes: [
          { key: 'description', mine: 'Write', theirs: 'Write well' },
          { key: 'priority', mine: '0', theirs: '3' },
        ],
      },
    ]);
  });

  it('an element that only one side has is listed with its values', () => {
    const mine = makeCrew({ agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }] });
    const found = differencesOf(mine, makeCrew({ inputs: { topic: 'haiku' } }));
    expect(found.map(({ kind, name, isIn }) => [kind, name, isIn])).toEqual([
      ['crew', 'crew', 'both'],
      ['agent', 'ada', 'mine'],
      ['input', 'topic', 'theirs'],
    ]);
    expect(found[1]?.changes).toContainEqual({ key: 'role', mine: 'Writer', theirs: '' });
  });

  it('order, settings, positions and pools are compared, also for names such as "constructor"', () => {
    const theirs = makeCrew({
      tasks: [task('two'), task('one'), task('constructor')],
      settings: { task_timeout_s: 5 },
      layout: { nodes: { 'task:one': [1, 2] } },
      pools: [{ name: 'gpu', capacity: 2 }],
    });
    expect(differencesOf(makeCrew(), theirs).map(({ kind, name, isIn }) => [kind, name, isIn])).toEqual([
      ['crew', 'crew', 'both'],
      ['settings', 'Settings', 'both'],
      ['task', 'constructor', 'theirs'],
      ['pool', 'gpu', 'theirs'],
      ['layout', 'Layout', 'both'],
    ]);
  });
});
