import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/project/schema.ts';
import { giveName, refuseName } from '../features/inspector/naming.ts';
import { addAgent, addDependency, addTask, assign, group, moveNodes, remove } from './commands/project-edits.ts';
import {
  backToEditing,
  edit,
  editedDocument,
  endGesture,
  isEdited,
  markSaved,
  openDocument,
  redo,
  replaceProject,
  showCrewOfRun,
  undo,
  useDocument,
  useHistory,
} from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select, useUi } from './ui.ts';

const task = (name: string, context: string[] = []) => ({ name, description: '', expected_output: '', context });

// draft → polish → publish, all by ada
const PROJECT = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [task('draft'), task('polish', ['draft']), task('publish', ['polish'])].map((each) => ({
    ...each,
    agent: 'ada',
  })),
});

const project = () => useDocument.getState().project;
const describeTask = (text: string) =>
  edit((draft) => {
    const [first] = draft.tasks;
    if (first) first.description = text;
  }, 'task draft description');

followDeletions();
beforeEach(() => {
  openDocument({ project: PROJECT, path: '/crews/letters.crew.json', edited: false });
  select();
});

describe('undo', () => {
  it('takes back all that was typed into one field at once', () => {
    for (const text of ['W', 'Wr', 'Wri', 'Write']) describeTask(text);
    expect(project().tasks[0]?.description).toBe('Write');
    undo();
    expect(project()).toBe(PROJECT);
    expect(useHistory.getState()).toEqual({ canUndo: false, canRedo: true });
    redo();
    expect(project().tasks[0]?.description).toBe('Write');
  });

  it('keeps what was typed after the field was left apart', () => {
    describeTask('Write');
    endGesture();
    describeTask('Write more');
    undo();
    expect(project().tasks[0]?.description).toBe('Write');
  });

  it('takes back six gestures in six steps, in turn', () => {
    const seen = [project()];
    const gestures = [
      () => addTask([0, 0]),
      () => addAgent([10, 10]),
      () => assign('agent', 'task'),
      () => addDependency('draft', 'task'),
      () => moveNodes({ 'task:draft': [5, 5], 'task:polish': [7, 7] }),
      () => remove(['task:draft']),
    ];
    for (const gesture of gestures) {
      gesture();
      seen.push(project());
    }
    for (const before of seen.slice(0, -1).reverse()) {
      undo();
      expect(project()).toBe(before);
    }
    expect(useHistory.getState().canUndo).toBe(false);
  });

  it('does not count a movement that ends where it began', () => {
    moveNodes({ 'task:draft': [5, 5] });
    undo();
    redo();
    const moved = project();
    moveNodes({ 'task:draft': [5, 5] });
    expect(project()).toBe(moved);
  });

  it('never goes back into the crew that was open before', () => {
    describeTask('Write');
    openDocument({ project: PROJECT, path: null, edited: false });
    undo();
    expect(project()).toBe(PROJECT);
  });
});

describe('unsaved changes', () => {
  it('are told, and are gone when they are undone or saved', () => {
    describeTask('Write');
    expect(isEdited(useDocument.getState())).toBe(true);
    undo();
    expect(isEdited(useDocument.getState())).toBe(false);
    redo();
    markSaved(project(), '/crews/letters.crew.json');
    expect(isEdited(useDocument.getState())).toBe(false);
  });

  it('are there from the start where a crash left them behind', () => {
    openDocument({ project: PROJECT, path: null, edited: true });
    expect(isEdited(useDocument.getState())).toBe(true);
  });
});

describe('the crew of an earlier run', () => {
  const OTHER = crewSchema.parse({ format: 'crewlane/1', name: 'other' });

  it('is shown in place of the edited one, and nothing changes it', () => {
    showCrewOfRun(OTHER);
    describeTask('changed');
    replaceProject(PROJECT);
    remove(['task:draft']);
    undo();
    redo();
    expect(project()).toBe(OTHER);
    expect(useHistory.getState()).toEqual({ canUndo: false, canRedo: false });
  });

  it('leaves the edited crew as it was, with what can be undone and redone', () => {
    describeTask('one');
    endGesture();
    describeTask('two');
    undo();
    const edited = project();
    showCrewOfRun(OTHER);
    showCrewOfRun(PROJECT);
    expect(editedDocument().project).toBe(edited);
    backToEditing();
    expect(project()).toBe(edited);
    expect(useDocument.getState().path).toBe('/crews/letters.crew.json');
    expect(isEdited(useDocument.getState())).toBe(true);
    redo();
    expect(project().tasks[0]?.description).toBe('two');
    undo();
    undo();
    expect(project()).toBe(PROJECT);
  });

  it('does not keep the edited crew from being saved', () => {
    describeTask('one');
    showCrewOfRun(OTHER);
    markSaved(editedDocument().project, '/crews/new.crew.json');
    backToEditing();
    expect(isEdited(useDocument.getState())).toBe(false);
    expect(useDocument.getState().path).toBe('/crews/new.crew.json');
  });

  it('is gone when another crew is opened', () => {
    showCrewOfRun(OTHER);
    openDocument({ project: PROJECT, path: null, edited: false });
    backToEditing();
    expect(project()).toBe(PROJECT);
  });
});

describe('removing', () => {
  it('a task takes it out of the context of others, its place and its group', () => {
    moveNodes({ 'task:draft': [5, 5] });
    group(['task:draft']);
    remove(['task:draft']);
    expect(project().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['polish', []],
      ['publish', ['polish']],
    ]);
    expect(project().layout).toEqual(PROJECT.layout);
  });

  it('an agent leaves its tasks without one', () => {
    remove(['agent:ada']);
    expect(project().tasks.map(({ agent }) => agent)).toEqual([undefined, undefined, undefined]);
  });

  it('a line removes that dependency, or that assignment, alone', () => {
    remove([edgeKey('task:draft', 'task:polish'), edgeKey('agent:ada', 'task:publish')]);
    expect(project().tasks.map(({ context, agent }) => [context, agent])).toEqual([
      [[], 'ada'],
      [[], 'ada'],
      [['polish'], undefined],
    ]);
    undo();
    expect(project()).toBe(PROJECT);
  });
});

describe('a name', () => {
  it('is given to the task and to all that refer to it, which stays chosen', () => {
    select('task:draft');
    giveName('task', 'draft', 'outline');
    expect(project().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['outline', []],
      ['polish', ['outline']],
      ['publish', ['polish']],
    ]);
    expect(useUi.getState().selection).toEqual(['task:outline']);
  });

  it('is refused where another has it, whatever its case, or where it is none', () => {
    expect(refuseName('draft', 'ADA')).not.toBeNull();
    expect(refuseName('draft', '1st')).not.toBeNull();
    expect(refuseName('draft', 'Draft')).toBeNull();
  });
});
