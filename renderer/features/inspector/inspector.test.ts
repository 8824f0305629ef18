// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import {
  backspace,
  compose,
  dictate,
  endComposition,
  enter,
  errors,
  fieldOf,
  leave,
  press,
  type,
} from '../../base/fields/testing.ts';
import { remove } from '../../state/commands/crew-edits.ts';
import { edit, openDocument, redo, undo } from '../../state/document.ts';
import { followDeletions } from '../../state/selection.ts';
import { select } from '../../state/ui.ts';
import { executeCommand } from '../../testing/commands.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Toolbar } from '../toolbar/toolbar.tsx';
import { Inspector } from './inspector.tsx';

const main = { call: () => Promise.resolve('{"entries":0,"bytes":0}'), on: () => () => undefined };
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });
beforeEach(() => followDeletions(win));

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  settings: { max_concurrent_tasks: 12 },
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [
    {
      name: 'draft',
      description: 'Write',
      expected_output: '',
      agent: 'ada',
      guardrail: { check: 'length', max: 2000 },
    },
    { name: 'polish', description: 'Polish', expected_output: '', agent: 'ada', context: ['draft'] },
  ],
  pools: [{ name: 'db', capacity: 3 }],
});

const crew = () => win.document.getState().crew;
const open = () => openDocument(win, { crew: CREW, path: null, edited: false });
const show = (...keys: string[]) => act(() => select(win, ...keys));

beforeEach(() => {
  open();
  // The form of a pool is the shortest, and each test shows the form that it needs.
  select(win, 'pool:db');
  draw(createElement('div', null, createElement(Toolbar), createElement(Inspector)));
});

const draft = () => crew().tasks[0];
const guardrail = () => {
  const given = draft()?.guardrail;
  return given && 'check' in given && given.check === 'length' ? given : null;
};

/** Every number field: its label, how to read its value, and the texts that it accepts and refuses. */
const NUMBERS = [
  { label: 'Slots', on: [], value: () => crew().settings.max_concurrent_tasks, good: 16, bad: ['0', '65', '0.5'] },
  {
    label: 'Task timeout (s)',
    on: [],
    value: () => crew().settings.task_timeout_s,
    good: 0.5,
    bad: ['0', '-5'],
  },
  { label: 'Retries', on: [], value: () => crew().settings.retries.max, good: 16, bad: ['21', '-5', '0.5'] },
  {
    label: 'Budget ($)',
    on: [],
    value: () => crew().settings.budget_usd,
    good: 0.05,
    bad: ['0', '-5'],
    optional: true,
  },
  { label: 'Capacity', on: ['pool:db'], value: () => crew().pools[0]?.capacity, good: 10_000, bad: ['0', '10001'] },
  {
    label: 'Max concurrent turns',
    on: ['agent:ada'],
    value: () => crew().agents[0]?.max_concurrent,
    good: 16,
    bad: ['0', '0.5', '-5'],
    optional: true,
  },
  {
    label: 'Max tokens per answer',
    on: ['agent:ada'],
    value: () => crew().agents[0]?.max_tokens,
    good: 1000,
    bad: ['0', '0.05'],
    optional: true,
  },
  { label: 'Priority', on: ['task:draft'], value: () => draft()?.priority, good: -5, bad: ['-101', '0.5'] },
  {
    label: 'Timeout (s)',
    on: ['task:draft'],
    value: () => draft()?.timeout_s,
    good: 0.5,
    bad: ['0.05', '86401'],
    optional: true,
  },
  {
    label: 'Estimate (s)',
    on: ['task:draft'],
    value: () => draft()?.estimate_s,
    good: 0.05,
    bad: ['0', '-5'],
    optional: true,
  },
  {
    label: 'Max repairs',
    on: ['task:draft'],
    value: () => guardrail()?.tries,
    good: 3,
    bad: ['21', '-1'],
  },
  {
    label: 'At least (characters)',
    on: ['task:draft'],
    value: () => guardrail()?.min,
    good: 0,
    bad: ['-5', '0.5'],
    optional: true,
  },
  {
    label: 'At most (characters)',
    on: ['task:draft'],
    value: () => guardrail()?.max,
    good: 16,
    bad: ['0', '0.5'],
    optional: true,
  },
];

describe.each(NUMBERS)('The number field $label', ({ label, on, value, good, bad, optional }) => {
  beforeEach(() => show(...on));

  it(`${label} commits a number when it is finished`, () => {
    const before = value();
    const field = enter(label);
    type(field, String(good));
    expect(value()).toBe(before);
    press(field, 'Enter');
    expect([value(), errors()]).toEqual([good, []]);
    undo(win);
    expect(value()).toBe(before);
  });

  it(`${label} accepts a number that was erased and typed again`, () => {
    const field = enter(label);
    while (field.value !== '') backspace(field);
    type(field, String(good));
    leave(field);
    expect([value(), field.value, errors()]).toEqual([good, String(good), []]);
  });

  it.each([...bad, '-', '.', 'abc', '1,000', '0,5'])(
    `${label} keeps %j with the reason, and Escape restores the number`,
    (text) => {
      const before = value();
      const shown = fieldOf(label).value;
      const field = enter(label);
      type(field, text);
      leave(field);
      expect([value(), field.value, errors().length]).toEqual([before, text, 1]);
      expect(field.getAttribute('aria-invalid')).toBe('true');
      enter(label);
      press(field, 'Escape');
      expect([value(), field.value, errors()]).toEqual([before, shown, []]);
      expect(crew()).toBe(CREW);
    },
  );

  it(`${label} can be empty only if it is optional`, () => {
    const before = value();
    const field = enter(label);
    type(field, String(good));
    press(field, 'Enter');
    while (field.value !== '') backspace(field);
    press(field, 'Enter');
    if (optional) expect([value(), errors()]).toEqual([undefined, []]);
    else expect([value(), field.value, errors().length]).toEqual([good, '', 1]);
    undo(win);
    expect(value()).toBe(optional ? good : before);
  });

  it(`${label} shows the value after undo and redo`, () => {
    const before = fieldOf(label).value;
    const field = enter(label);
    type(field, String(good));
    press(field, 'Enter');
    act(() => undo(win));
    expect(fieldOf(label).value).toBe(before);
    act(() => redo(win));
    expect(fieldOf(label).value).toBe(String(good));
  });
});

describe('A number field', () => {
  it('Steps by arrow keys are one undo step and stay in the range of the field', () => {
    const field = enter('Slots');
    press(field, 'ArrowUp');
    press(field, 'ArrowUp');
    expect([crew().settings.max_concurrent_tasks, field.value]).toEqual([14, '14']);
    press(field, 'PageUp', { shiftKey: true });
    expect(crew().settings.max_concurrent_tasks).toBe(64);
    undo(win);
    expect(crew()).toBe(CREW);
  });

  it('A number field immediately accepts a complete text that arrives without a key', () => {
    dictate(enter('Slots'), '3');
    expect(crew().settings.max_concurrent_tasks).toBe(3);
  });

  it('A number field keeps a refused text while another node is shown, and drops it with the crew', () => {
    show('task:draft');
    const field = enter('Priority');
    type(field, '1000');
    leave(field);
    show();
    show('task:draft');
    expect([fieldOf('Priority').value, errors().length]).toEqual(['1000', 1]);
    show('task:polish');
    expect([fieldOf('Priority').value, errors()]).toEqual(['0', []]);
    act(open);
    show('task:draft');
    expect([fieldOf('Priority').value, errors()]).toEqual(['0', []]);
  });

  it('A number field replaces the typed text when its value changes elsewhere', () => {
    show();
    const field = enter('Retries');
    type(field, '99');
    act(() =>
      edit(win, (crew) => {
        crew.settings.retries.max = 7;
      }),
    );
    expect([field.value, errors()]).toEqual(['7', []]);
  });

  it('A number field keeps the typed text while other values change', () => {
    show();
    const field = enter('Retries');
    type(field, '1');
    act(() =>
      edit(win, (crew) => {
        crew.name = 'other';
      }),
    );
    expect(field.value).toBe('1');
  });

  it('A number field commits before a command is performed', () => {
    show();
    type(enter('Budget ($)'), '0.05');
    act(() => executeCommand('keys'));
    expect(crew().settings.budget_usd).toBe(0.05);
    act(() => win.ui.setState({ dialog: null }));
  });
});

describe('Undo in a field', () => {
  it('Undo in a field first removes an unfinished number, then reverts the last step, and redo restores both', () => {
    show();
    const field = enter('Retries');
    type(field, '5');
    press(field, 'Enter');
    type(field, '7');
    act(() => executeCommand('undo'));
    expect([field.value, crew().settings.retries.max]).toEqual(['5', 5]);
    act(() => executeCommand('redo'));
    expect([field.value, crew().settings.retries.max]).toEqual(['7', 5]);
    act(() => executeCommand('undo'));
    act(() => executeCommand('undo'));
    expect(field.value).toBe(String(CREW.settings.retries.max));
    act(() => executeCommand('redo'));
    expect([field.value, crew().settings.retries.max]).toEqual(['5', 5]);
  });

  it('Undo of a rename updates the header, the field and the crew', () => {
    show('task:draft');
    const field = enter('Name');
    type(field, 'outline');
    press(field, 'Enter');
    const shown = () => [element.querySelector('.subject strong')?.textContent, fieldOf('Name').value, draft()?.name];
    expect(shown()).toEqual(['outline', 'outline', 'outline']);
    act(() => executeCommand('undo'));
    expect(shown()).toEqual(['draft', 'draft', 'draft']);
    act(() => executeCommand('redo'));
    expect(shown()).toEqual(['outline', 'outline', 'outline']);
    expect(document.activeElement).toBe(fieldOf('Name'));
  });

  it('Undo in a field reverts a text to its last pause', () => {
    show('task:draft');
    const field = enter('Description');
    type(field, 'Write a letter');
    act(() => executeCommand('undo'));
    expect([field.value, draft()?.description]).toEqual(['Write', 'Write']);
    act(() => executeCommand('redo'));
    expect([field.value, draft()?.description]).toEqual(['Write a letter', 'Write a letter']);
  });
});

describe('A long text', () => {
  it('A long text changes the crew at a pause in typing, not at each key', () => {
    vi.useFakeTimers();
    show('task:draft');
    let changes = 0;
    const end = win.document.subscribe(() => {
      changes += 1;
    });
    const field = enter('Description');
    type(field, 'Write a letter');
    expect(changes).toBe(0);
    act(() => void vi.runAllTimers());
    expect([changes, draft()?.description]).toEqual([1, 'Write a letter']);
    end();
  });
});

describe('A refused name', () => {
  it.each([
    ['Market research', 'Use letters, digits, _ and -, and begin with a letter or _. Try Market_research.'],
    ['1st', 'Use letters, digits, _ and -, and begin with a letter or _. Try _1st.'],
    ['polish', 'A task already has this name.'],
    ['ADA', 'An agent already has this name.'],
    ['db', 'A pool already has this name.'],
    ['x'.repeat(65), '65 characters are too many. Use at most 64.'],
    ['🙂', 'Use letters, digits, _ and -, and begin with a letter or _.'],
  ])('The refused name %s stays with its reason after Enter and when the field loses the focus', (text, reason) => {
    show('task:draft');
    const field = enter('Name');
    type(field, text);
    press(field, 'Enter');
    expect([field.value, errors()]).toEqual([text, [reason]]);
    leave(field);
    expect([field.value, errors(), draft()?.name]).toEqual([text, [reason], 'draft']);
    show();
    show('task:draft');
    expect([fieldOf('Name').value, errors()]).toEqual([text, [reason]]);
    press(enter('Name'), 'Escape');
    expect([fieldOf('Name').value, errors()]).toEqual(['draft', []]);
  });

  it('A refused name is accepted once it is corrected', () => {
    show('task:draft');
    const field = enter('Name');
    type(field, 'a b');
    press(field, 'Enter');
    type(field, 'a_b');
    expect(errors()).toEqual([]);
    press(field, 'Enter');
    expect(crew().tasks.map(({ name, context }) => [name, context])).toEqual([
      ['a_b', []],
      ['polish', ['a_b']],
    ]);
  });

  it('A refused name is not shown for a new task of the same name', () => {
    show('task:polish');
    const field = enter('Name');
    type(field, 'a b');
    leave(field);
    act(() => remove(win, ['task:polish']));
    act(() => undo(win));
    show('task:polish');
    expect(fieldOf('Name').value).toBe('polish');
  });
});

describe('An input method', () => {
  it.each(['Name', 'Description', 'Title'])(
    'An input method composes in %s without a commit before it ends',
    (label) => {
      show('task:draft');
      const field = enter(label);
      compose(field, ['ｋ', 'か', 'かん', '漢']);
      press(field, 'Enter', { isComposing: true });
      leaveUncommitted();
      endComposition(field);
      expect(field.value).toBe('漢');
      leave(field);
      expect(JSON.stringify(draft())).toContain('漢');
    },
  );

  it('An input method may produce full-width digits, which count as digits', () => {
    const field = enter('Slots');
    compose(field, ['１', '１６']);
    leaveUncommitted();
    endComposition(field);
    press(field, 'Enter');
    expect(crew().settings.max_concurrent_tasks).toBe(16);
  });

  it('An input method is not disturbed by a value that changes elsewhere', () => {
    const field = enter('Slots');
    compose(field, ['１']);
    act(() =>
      edit(win, (crew) => {
        crew.settings.max_concurrent_tasks = 9;
      }),
    );
    expect(field.value).toBe('１');
  });

  function leaveUncommitted() {
    expect(crew()).toBe(CREW);
  }
});
