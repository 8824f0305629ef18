import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { giveName, validateName } from '../features/inspector/naming.ts';
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
  useDocument,
  useHistory,
} from './document.ts';
import { followDeletions } from './selection.ts';
import { edgeKey, select, useUi } from './ui.ts';

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

const crew = () => useDocument.getState().crew;
const describeTask = (text: string) =>
  edit((draft) => {
    const [first] = draft.tasks;
    if (first) first.description = text;
  }, 'task draft description');

followDeletions();
beforeEach(() => {
  openDocument({ crew: CREW, path: '/crews/letters.crew.json', edited: false });
  select();
});

describe('Undo', () => {
  it('Undo reverts all typing in one field in one step', () => {
    for (const text of ['W', 'Wr', 'Wri', 'Write']) describeTask(text);
    expect(crew().tasks[0]?.description).toBe('Write');
    undo();
    expect(crew()).toBe(CREW);
    expect(useHistory.getState()).toEqual({ canUndo: false, canRedo: true });
    redo();
    expect(crew().tasks[0]?.description).toBe('Write');
  });

  it('Undo makes a separate step of typing after the field was left', () => {
    describeTask('Write');
    endGesture();
    describeTask('Write more');
    undo();
    expect(crew().tasks[0]?.description).toBe('Write');
  });

  it('Undo reverts six gestures in six steps, in reverse order', () => {
    const seen = [crew()];
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
      seen.push(crew());
    }
    for (const before of seen.slice(0, -1).reverse()) {
      undo();
      expect(crew()).toBe(before);
    }
    expect(useHistory.getState().canUndo).toBe(false);
  });

  it('Undo ignores a move that ends at its start position', () => {
    moveNodes({ 'task:draft': [5, 5] });
    undo();
    redo();
    const moved = crew();
    moveNodes({ 'task:draft': [5, 5] });
    expect(crew()).toBe(moved);
  });

  it('Undo never returns to the crew that was open before', () => {
    describeTask('Write');
    openDocument({ crew: CREW, path: null, edited: false });
    undo();
    expect(crew()).toBe(CREW);
  });
});

describe('Unsaved changes', () => {
  it('Unsaved changes are reported, and disappear when they are undone or saved', () => {
    describeTask('Write');
    expect(isEdited(useDocument.getState())).toBe(true);
    undo();
    expect(isEdited(useDocument.getState())).toBe(false);
    redo();
    markSaved(crew(), '/crews/letters.crew.json');
    expect(isEdited(useDocument.getState())).toBe(false);
  });

  it('Unsaved changes exist from the start if a crash left them', () => {
    openDocument({ crew: CREW, path: null, edited: true });
    expect(isEdited(useDocument.getState())).toBe(true);
  });
});

describe('The crew of an earlier run', () => {
  const OTHER = crewSchema.parse({ format: 'crewlane/1', name: 'other' });

  it('The crew of an earlier run replaces the edited crew on screen and is read-only', () => {
    showCrewOfRun(OTHER);
    describeTask('changed');
    replaceCrew(CREW);
    remove(['task:draft']);
    undo();
    redo();
    expect(crew()).toBe(OTHER);
    expect(useHistory.getState()).toEqual({ canUndo: false, canRedo: false });
  });

  it('The crew of an earlier run leaves the edited crew and its undo history unchanged', () => {
    describeTask('one');
    endGesture();
    describeTask('two');
    undo();
    const edited = crew();
    showCrewOfRun(OTHER);
    showCrewOfRun(CREW);
    expect(editedDocument().crew).toBe(edited);
    backToEditing();
    expect(crew()).toBe(edited);
    expect(useDocument.getState().path).toBe('/crews/letters.crew.json');
    expect(isEdited(useDocument.getState())).toBe(true);
    redo();
    expect(crew().tasks[0]?.description).toBe('two');
    undo();
    undo();
    expect(crew()).toBe(CREW);
  });

  it('The crew of an earlier run does not prevent saving the edited crew', () => {
    describeTask('one');
    showCrewOfRun(OTHER);
    markSaved(editedDocument().crew, '/crews/new.crew.json');
    backToEditing();
    expect(isEdited(useDocument.getState())).toBe(false);
    expect(useDocument.getState().path).toBe('/crews/new.crew.json');
  });

  it('The crew of an earlier run is closed when another crew is opened', () => {
    showCrewOfRun(OTHER);
    openDocument({ crew: CREW, path: null, edited: false });
    backToEditing();
    expect(crew()).toBe(CREW);
  });
});

describe('Removing', () => {
  it('Removing a task removes it from the context of others, with its position and its group membership', () => {
    moveNodes({ 'task:draft': [5, 5] });
    group(['task:draft']);
    remove(['task:draft']);
    expect(crew().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['polish', []],
      ['publish', ['polish']],
    ]);
    expect(crew().layout).toEqual(CREW.layout);
  });

  it('Removing an agent leaves its tasks unassigned', () => {
    remove(['agent:ada']);
    expect(crew().tasks.map(({ agent }) => agent)).toEqual([undefined, undefined, undefined]);
  });

  it('Removing an edge removes only that dependency or assignment', () => {
    remove([edgeKey('task:draft', 'task:polish'), edgeKey('agent:ada', 'task:publish')]);
    expect(crew().tasks.map(({ context, agent }) => [context, agent])).toEqual([
      [[], 'ada'],
      [[], 'ada'],
      [['polish'], undefined],
    ]);
    undo();
    expect(crew()).toBe(CREW);
  });
});

describe('A name', () => {
  it('A name changes in the task and in all references to it, and the task stays selected', () => {
    select('task:draft');
    giveName('task', 'draft', 'outline');
    expect(crew().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['outline', []],
      ['polish', ['outline']],
      ['publish', ['polish']],
    ]);
    expect(useUi.getState().selection).toEqual(['task:outline']);
  });

  it('A name is refused if it is invalid or already used, ignoring case', () => {
    expect(validateName('draft', 'ADA')).not.toBeNull();
    expect(validateName('draft', '1st')).not.toBeNull();
    expect(validateName('draft', 'Draft')).toBeNull();
  });
});
