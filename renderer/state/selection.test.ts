import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/project/schema.ts';
import { giveName } from '../features/inspector/naming.ts';
import { addTask, remove, removeDependency } from './commands/project-edits.ts';
import { edit, openDocument, redo, undo } from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select, useUi } from './ui.ts';

const PROJECT = crewSchema.parse({
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
const LINE = edgeKey('task:draft', 'task:polish');
const selection = () => useUi.getState().selection;
const open = (project = PROJECT) => openDocument({ project, path: null, edited: false });

followDeletions();
beforeEach(() => {
  open();
  select();
});

describe('the selection', () => {
  it('drops a task that undo removes, and one that redo removes', () => {
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

  it('drops lines whose dependency, assignment or end goes', () => {
    const assignment = edgeKey('agent:ada', 'task:draft');
    select(LINE, assignment, 'pool:db');
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

  it('follows a rename, its undo and its redo, with the lines', () => {
    select('task:draft', LINE);
    giveName('task', 'draft', 'outline');
    const renamed = edgeKey('task:outline', 'task:polish');
    expect(selection()).toEqual(['task:outline', renamed]);
    undo();
    expect(selection()).toEqual(['task:draft', LINE]);
    redo();
    expect(selection()).toEqual(['task:outline', renamed]);
  });

  it('keeps what another crew has too, and takes no node at the same position for the same', () => {
    select('task:draft', 'task:polish');
    open({ ...PROJECT, tasks: PROJECT.tasks.map((task) => (task.name === 'draft' ? { ...task, name: 'new' } : task)) });
    expect(selection()).toEqual(['task:polish']);
  });

  it('is empty after everything was removed', () => {
    select('task:draft', 'task:polish', 'agent:ada', LINE);
    remove(['task:draft', 'task:polish', 'agent:ada']);
    expect(selection()).toEqual([]);
    undo();
    expect(selection()).toEqual([]);
  });
});
