import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { giveName } from '../features/inspector/naming.ts';
import { addTask, remove, removeDependency } from './commands/crew-edits.ts';
import { edit, openDocument, redo, undo } from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select, useUi } from './ui.ts';

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: ['draft', 'polish'].map((name) => ({
    name,
    description: '',
    expected_output: '',
    agent: 'ada',
    context: name === 'polish' ? ['draft'] : [],
  })),
  pools: [{ name: 'db', capacity: 1 }],
});
const EDGE = edgeKey('task:draft', 'task:polish');
const selection = () => useUi.getState().selection;
const open = (crew = CREW) => openDocument({ crew, path: null, edited: false });

followDeletions();
beforeEach(() => {
  open();
  select();
});

describe('The selection', () => {
  it('The selection drops a task that undo or redo removes', () => {
    addTask([0, 0]);
    expect(selection()).toEqual(['task:task']);
    undo();
    expect(selection()).toEqual([]);
    select('task:draft', 'task:polish');
    edit((crew) => void crew.tasks.pop());
    expect(selection()).toEqual(['task:draft']);
    undo();
    select('task:draft', 'task:polish');
    redo();
    expect(selection()).toEqual(['task:draft']);
  });

  it('The selection drops edges whose dependency, assignment or end is removed', () => {
    const assignment = edgeKey('agent:ada', 'task:draft');
    select(EDGE, assignment, 'pool:db');
    removeDependency('draft', 'polish');
    expect(selection()).toEqual([assignment, 'pool:db']);
    edit((crew) => {
      crew.agents = [];
    });
    expect(selection()).toEqual(['pool:db']);
    edit((crew) => {
      crew.pools = [];
    });
    expect(selection()).toEqual([]);
  });

  it('The selection follows a rename, its undo and its redo, including edges', () => {
    select('task:draft', EDGE);
    giveName('task', 'draft', 'outline');
    const renamed = edgeKey('task:outline', 'task:polish');
    expect(selection()).toEqual(['task:outline', renamed]);
    undo();
    expect(selection()).toEqual(['task:draft', EDGE]);
    redo();
    expect(selection()).toEqual(['task:outline', renamed]);
  });

  it('The selection keeps nodes that another crew also has, and does not mistake nodes at the same index for renamed nodes', () => {
    select('task:draft', 'task:polish');
    open({ ...CREW, tasks: CREW.tasks.map((task) => (task.name === 'draft' ? { ...task, name: 'new' } : task)) });
    expect(selection()).toEqual(['task:polish']);
  });

  it('The selection is empty after all nodes were removed', () => {
    select('task:draft', 'task:polish', 'agent:ada', EDGE);
    remove(['task:draft', 'task:polish', 'agent:ada']);
    expect(selection()).toEqual([]);
    undo();
    expect(selection()).toEqual([]);
  });
});
