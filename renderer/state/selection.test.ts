import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { giveName } from '../features/inspector/naming.ts';
import { win } from '../testing/window.ts';
import { addTask, remove, removeDependency } from './commands/crew-edits.ts';
import { edit, openDocument, redo, undo } from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select } from './ui.ts';

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
const selection = () => win.ui.getState().selection;
const open = (crew = CREW) => openDocument(win, { crew, path: null, edited: false });

beforeEach(() => followDeletions(win));
beforeEach(() => {
  open();
  select(win);
});

describe('The selection', () => {
  it('The selection drops a task that undo or redo removes', () => {
    addTask(win, [0, 0]);
    expect(selection()).toEqual(['task:task']);
    undo(win);
    expect(selection()).toEqual([]);
    select(win, 'task:draft', 'task:polish');
    edit(win, (crew) => void crew.tasks.pop());
    expect(selection()).toEqual(['task:draft']);
    undo(win);
    select(win, 'task:draft', 'task:polish');
    redo(win);
    expect(selection()).toEqual(['task:draft']);
  });

  it('The selection drops edges whose dependency, assignment or end is removed', () => {
    const assignment = edgeKey('agent:ada', 'task:draft');
    select(win, EDGE, assignment, 'pool:db');
    removeDependency(win, 'draft', 'polish');
    expect(selection()).toEqual([assignment, 'pool:db']);
    edit(win, (crew) => {
      crew.agents = [];
    });
    expect(selection()).toEqual(['pool:db']);
    edit(win, (crew) => {
      crew.pools = [];
    });
    expect(selection()).toEqual([]);
  });

  it('The selection follows a rename, its undo and its redo, including edges', () => {
    select(win, 'task:draft', EDGE);
    giveName(win, 'task', 'draft', 'outline');
    const renamed = edgeKey('task:outline', 'task:polish');
    expect(selection()).toEqual(['task:outline', renamed]);
    undo(win);
    expect(selection()).toEqual(['task:draft', EDGE]);
    redo(win);
    expect(selection()).toEqual(['task:outline', renamed]);
  });

  it('The selection keeps nodes that another crew also has, and does not mistake nodes at the same index for renamed nodes', () => {
    select(win, 'task:draft', 'task:polish');
    open({ ...CREW, tasks: CREW.tasks.map((task) => (task.name === 'draft' ? { ...task, name: 'new' } : task)) });
    expect(selection()).toEqual(['task:polish']);
  });

  it('The selection is empty after all nodes were removed', () => {
    select(win, 'task:draft', 'task:polish', 'agent:ada', EDGE);
    remove(win, ['task:draft', 'task:polish', 'agent:ada']);
    expect(selection()).toEqual([]);
    undo(win);
    expect(selection()).toEqual([]);
  });
});
