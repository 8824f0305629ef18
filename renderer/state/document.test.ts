import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { giveName, validateName } from '../features/inspector/naming.ts';
import { win } from '../testing/window.ts';
import { addAgent, addDependency, addTask, assign, group, moveNodes, remove } from './commands/crew-edits.ts';
import {
  backToEditing,
  edit,
  editedDocument,
  endGesture,
  isEdited,
  markSaved,
  openDocument,
  redo,
  replaceCrew,
  showCrewOfRun,
  undo,
} from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select } from './ui.ts';

const task = (name: string, context: string[] = []) => ({ name, description: '', expected_output: '', context });

// draft → polish → publish, all by ada
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [task('draft'), task('polish', ['draft']), task('publish', ['polish'])].map((each) => ({
    ...each,
    agent: 'ada',
  })),
});

const crew = () => win.document.getState().crew;
const describeTask = (text: string) =>
  edit(
    win,
    (draft) => {
      const [first] = draft.tasks;
      if (first) first.description = text;
    },
    'task draft description',
  );

beforeEach(() => followDeletions(win));
beforeEach(() => {
  openDocument(win, { crew: CREW, path: '/crews/letters.crew.json', edited: false });
  select(win);
});

function history(): { canUndo: boolean; canRedo: boolean } {
  const { pastStates, futureStates } = win.document.temporal.getState();
  return { canUndo: pastStates.length > 0, canRedo: futureStates.length > 0 };
}

describe('Undo', () => {
  it('Undo reverts all typing in one field in one step', () => {
    for (const text of ['W', 'Wr', 'Wri', 'Write']) describeTask(text);
    expect(crew().tasks[0]?.description).toBe('Write');
    undo(win);
    expect(crew()).toBe(CREW);
    expect(history()).toEqual({ canUndo: false, canRedo: true });
    redo(win);
    expect(crew().tasks[0]?.description).toBe('Write');
  });

  it('Undo makes a separate step of typing after the field was left', () => {
    describeTask('Write');
    endGesture(win);
    describeTask('Write more');
    undo(win);
    expect(crew().tasks[0]?.description).toBe('Write');
  });

  it('Undo reverts six gestures in six steps, in reverse order', () => {
    const seen = [crew()];
    const gestures = [
      () => addTask(win, [0, 0]),
      () => addAgent(win, [10, 10]),
      () => assign(win, 'agent', 'task'),
      () => addDependency(win, 'draft', 'task'),
      () => moveNodes(win, { 'task:draft': [5, 5], 'task:polish': [7, 7] }),
      () => remove(win, ['task:draft']),
    ];
    for (const gesture of gestures) {
      gesture();
      seen.push(crew());
    }
    for (const before of seen.slice(0, -1).reverse()) {
      undo(win);
      expect(crew()).toBe(before);
    }
    expect(history().canUndo).toBe(false);
  });

  it('Undo ignores a move that ends at its start position', () => {
    moveNodes(win, { 'task:draft': [5, 5] });
    undo(win);
    redo(win);
    const moved = crew();
    moveNodes(win, { 'task:draft': [5, 5] });
    expect(crew()).toBe(moved);
  });

  it('Undo never returns to the crew that was open before', () => {
    describeTask('Write');
    openDocument(win, { crew: CREW, path: null, edited: false });
    undo(win);
    expect(crew()).toBe(CREW);
  });
});

describe('Unsaved changes', () => {
  it('Unsaved changes are reported, and disappear when they are undone or saved', () => {
    describeTask('Write');
    expect(isEdited(win.document.getState())).toBe(true);
    undo(win);
    expect(isEdited(win.document.getState())).toBe(false);
    redo(win);
    markSaved(win, crew(), '/crews/letters.crew.json');
    expect(isEdited(win.document.getState())).toBe(false);
  });

  it('Unsaved changes exist from the start if a crash left them', () => {
    openDocument(win, { crew: CREW, path: null, edited: true });
    expect(isEdited(win.document.getState())).toBe(true);
  });
});

describe('The crew of an earlier run', () => {
  const OTHER = crewSchema.parse({ format: 'crewlane/1', name: 'other' });

  it('The crew of an earlier run replaces the edited crew on screen and is read-only', () => {
    showCrewOfRun(win, OTHER);
    describeTask('changed');
    replaceCrew(win, CREW);
    remove(win, ['task:draft']);
    undo(win);
    redo(win);
    expect(crew()).toBe(OTHER);
    expect(history()).toEqual({ canUndo: false, canRedo: false });
  });

  it('The crew of an earlier run leaves the edited crew and its undo history unchanged', () => {
    describeTask('one');
    endGesture(win);
    describeTask('two');
    undo(win);
    const edited = crew();
    showCrewOfRun(win, OTHER);
    showCrewOfRun(win, CREW);
    expect(editedDocument(win).crew).toBe(edited);
    backToEditing(win);
    expect(crew()).toBe(edited);
    expect(win.document.getState().path).toBe('/crews/letters.crew.json');
    expect(isEdited(win.document.getState())).toBe(true);
    redo(win);
    expect(crew().tasks[0]?.description).toBe('two');
    undo(win);
    undo(win);
    expect(crew()).toBe(CREW);
  });

  it('The crew of an earlier run does not prevent saving the edited crew', () => {
    describeTask('one');
    showCrewOfRun(win, OTHER);
    markSaved(win, editedDocument(win).crew, '/crews/new.crew.json');
    backToEditing(win);
    expect(isEdited(win.document.getState())).toBe(false);
    expect(win.document.getState().path).toBe('/crews/new.crew.json');
  });

  it('The crew of an earlier run is closed when another crew is opened', () => {
    showCrewOfRun(win, OTHER);
    openDocument(win, { crew: CREW, path: null, edited: false });
    backToEditing(win);
    expect(crew()).toBe(CREW);
  });
});

describe('Removing', () => {
  it('Removing a task removes it from the context of others, with its position and its group membership', () => {
    moveNodes(win, { 'task:draft': [5, 5] });
    group(win, ['task:draft']);
    remove(win, ['task:draft']);
    expect(crew().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['polish', []],
      ['publish', ['polish']],
    ]);
    expect(crew().layout).toEqual(CREW.layout);
  });

  it('Removing an agent leaves its tasks unassigned', () => {
    remove(win, ['agent:ada']);
    expect(crew().tasks.map(({ agent }) => agent)).toEqual([undefined, undefined, undefined]);
  });

  it('Removing an edge removes only that dependency or assignment', () => {
    remove(win, [edgeKey('task:draft', 'task:polish'), edgeKey('agent:ada', 'task:publish')]);
    expect(crew().tasks.map(({ context, agent }) => [context, agent])).toEqual([
      [[], 'ada'],
      [[], 'ada'],
      [['polish'], undefined],
    ]);
    undo(win);
    expect(crew()).toBe(CREW);
  });
});

describe('A name', () => {
  it('A name changes in the task and in all references to it, and the task stays selected', () => {
    select(win, 'task:draft');
    giveName(win, 'task', 'draft', 'outline');
    expect(crew().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['outline', []],
      ['polish', ['outline']],
      ['publish', ['polish']],
    ]);
    expect(win.ui.getState().selection).toEqual(['task:outline']);
  });

  it('A name is refused if it is invalid or already used, ignoring case', () => {
    expect(validateName(win, 'draft', 'ADA')).not.toBeNull();
    expect(validateName(win, 'draft', '1st')).not.toBeNull();
    expect(validateName(win, 'draft', 'Draft')).toBeNull();
  });
});
