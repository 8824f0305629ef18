// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formFields } from '../../../shared/crew/fields/form-fields.ts';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { serializeCrew } from '../../../shared/crew/serialize.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { enter, errors, fieldOf, leave, press, type } from '../../base/fields/testing.ts';
import { openDocument, undo } from '../../state/document.ts';
import { select } from '../../state/ui.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Inspector } from './inspector.tsx';
import { SchemaForm } from './schema-form.tsx';

const main = { call: () => new Promise(() => undefined), on: () => () => undefined };
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  settings: { retries: { max: 3 }, workspace: '../out' },
  agents: [
    { name: 'ada', role: '', goal: '' },
    { name: 'ben', role: '', goal: '' },
  ],
  tasks: [
    { name: 'draft', description: 'On {topic}', expected_output: '', agent: 'ada', resources: [{ pool: 'db' }] },
    { name: 'polish', description: 'Polish', expected_output: '', agent: 'ada' },
  ],
  pools: [{ name: 'db', capacity: 3 }],
});

const makeCrew = () => win.document.getState().crew;
const draft = () => makeCrew().tasks[0];

function show(...keys: string[]): void {
  act(() => select(win, ...keys));
  const details = element.querySelector('details');
  act(() => {
    if (details === null) return;
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
}

function controlOf<Control extends HTMLElement>(label: string, kind: new () => Control): Control {
  const named = [...element.querySelectorAll('label')].find(({ textContent }) => textContent === label);
  const control = element.querySelector(`[id="${named?.htmlFor}"]`);
  if (!(control instanceof kind)) throw new Error(`There is no such control as "${label}".`);
  return control;
}

function choose(label: string, value: string): void {
  const field = controlOf(label, HTMLSelectElement);
  act(() => {
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

const toggle = (label: string) => act(() => controlOf(label, HTMLButtonElement).click());

function enterText(label: string, text: string): void {
  const field = enter(label);
  type(field, text);
  leave(field);
}

function clear(label: string): void {
  const field = enter(label);
  act(() => {
    field.value = '';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
  leave(field);
}

function buttonOf(text: string): HTMLButtonElement {
  const found = [...element.querySelectorAll('button')].find(
    (button) => button.textContent === text || button.getAttribute('aria-label') === text,
  );
  if (!found) throw new Error(`There is no button "${text}".`);
  return found;
}

beforeEach(() => {
  openDocument(win, { crew: CREW, path: null, edited: false });
  select(win);
  draw(createElement(Inspector));
});

describe('A form', () => {
  it('A form edits a number that the schema allows to be left out, and refuses one outside its range', () => {
    show();
    enterText('Temperature', '0.7');
    expect(makeCrew().settings.temperature).toBe(0.7);
    enterText('Temperature', '3');
    expect([makeCrew().settings.temperature, errors()]).toEqual([0.7, ['Enter a number from 0 to 2.']]);
    press(enter('Temperature'), 'Escape');
    clear('Temperature');
    expect(makeCrew().settings).not.toHaveProperty('temperature');
    act(() => undo(win));
    expect(makeCrew().settings.temperature).toBe(0.7);
  });

  it('A form reports that a number must be greater than zero', () => {
    show();
    enterText('Max requests per minute', '0');
    expect(errors()).toEqual(['Enter a number greater than 0.']);
  });

  it('A form shows the default of a number as its placeholder, and requires a value', () => {
    show();
    const field = fieldOf('Slot memory (MiB)');
    expect([field.value, field.placeholder]).toEqual(['1024', '1024']);
    clear('Slot memory (MiB)');
    expect(errors()).toEqual(['Enter a whole number from 128 to 65,536.']);
  });

  it('A form edits a text, and removes the key if the text is empty', () => {
    show();
    enterText('Sample data', 'concurrent_processing');
    expect(makeCrew().settings.prepare).toBe('concurrent_processing');
    clear('Sample data');
    expect(makeCrew().settings).not.toHaveProperty('prepare');
  });

  it.each([
    ['ftp://files.example', '"Base URL" '],
    ['https://me:secret@models.example', 'user name, password or key'],
  ])('A form refuses the address %s with a reason in plain words', (text, reason) => {
    show();
    enterText('Base URL', text);
    expect([makeCrew().settings.base_url, errors().length]).toEqual([undefined, 1]);
    expect(errors()[0]).toContain(reason);
  });

  it('A form edits a text with multiple lines while it is typed', () => {
    show('agent:ada');
    enterText('Goal', 'Write well');
    expect(makeCrew().agents[0]?.goal).toBe('Write well');
  });

  it('A form edits a choice, and removes the key if the crew’s default is chosen', () => {
    show('task:draft');
    choose('Cache', 'read');
    expect(draft()?.cache).toBe('read');
    choose('Cache', '');
    expect(draft()).not.toHaveProperty('cache');
    const [first] = controlOf('Cache', HTMLSelectElement).options;
    expect(first?.textContent).toBe('crew default: off');
  });

  it('A form edits a choice among the names of the crew', () => {
    show('task:draft');
    choose('Agent', 'ben');
    expect(draft()?.agent).toBe('ben');
  });

  it('A form switches a value on and off, each as one undo step', () => {
    show('agent:ada');
    toggle('Verbose');
    toggle('Verbose');
    expect(makeCrew().agents[0]?.verbose).toBe(false);
    act(() => undo(win));
    expect(makeCrew().agents[0]?.verbose).toBe(true);
  });

  it('A form removes a name from a list', () => {
    show('task:draft');
    act(() => buttonOf('Remove db').click());
    expect(draft()?.resources).toEqual([]);
  });

  it('A form edits the units that a task needs of a pool', () => {
    show('task:draft');
    enterText('Units of db', '2');
    expect(draft()?.resources).toEqual([{ pool: 'db', units: 2 }]);
  });

  it('A form distinguishes an empty list from no list', () => {
    show('task:draft');
    toggle('Own tools');
    expect(draft()?.tools).toEqual([]);
    toggle('Own tools');
    expect(draft()).not.toHaveProperty('tools');
  });

  it('A form initializes a task’s own retry settings with those of the crew', () => {
    show('task:draft');
    toggle('Own retry settings');
    expect(draft()?.retries).toEqual({ max: 3, base_s: 1, factor: 2, cap_s: 60 });
    enterText('First retry delay (s)', '5');
    expect(draft()?.retries?.base_s).toBe(5);
    toggle('Own retry settings');
    expect(draft()).not.toHaveProperty('retries');
  });

  it('A switch of an object with required keys sets values that a person changes', () => {
    show();
    toggle('Mail');
    expect(makeCrew().settings.email).toEqual({ host: 'smtp.example.com', port: 587, from: 'me@example.com' });
    enterText('Mail server', 'smtp.club.example');
    expect(makeCrew().settings.email?.host).toBe('smtp.club.example');
    toggle('Choose the web search');
    expect(makeCrew().settings.web_search).toEqual({ provider: 'duckduckgo' });
    toggle('Mail');
    toggle('Choose the web search');
    expect(makeCrew().settings).not.toHaveProperty('email');
    expect(makeCrew().settings).not.toHaveProperty('web_search');
  });

  it('A form starts with rarely used fields collapsed, and counts those that are set', () => {
    openDocument(win, {
      crew: { ...CREW, settings: { ...CREW.settings, context_window: 9 } },
      path: null,
      edited: false,
    });
    draw(createElement(Inspector, { key: 'other' }));
    expect(element.querySelector('summary')?.textContent).toBe('Advanced1 changed');
    expect(() => fieldOf('Context window (tokens)')).toThrow();
  });

  it('A form shows the problems of a value below its field', () => {
    show();
    const field = fieldOf('Workspace');
    const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
    const texts = ids.map((id) => element.querySelector(`[id="${id}"]`)?.textContent ?? '');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(texts.some((text) => text.includes('"../out"'))).toBe(true);
  });
});

describe('Reset to the default', () => {
  const resetOf = (label: string) =>
    [...element.querySelectorAll('button')].find((button) => button.textContent === `Reset ${label} to its default`);
  const reset = (label: string) => act(() => buttonOf(`Reset ${label} to its default`).click());

  it('A field with its default, or without one, has no reset button', () => {
    show();
    expect(['Task timeout', 'Temperature', 'Process', 'Name'].map(resetOf)).toEqual(Array(4).fill(undefined));
    expect(resetOf('Retries')?.title).toBe('Default: 2');
  });

  it('A reset restores a default, and the key is not in the file', () => {
    show();
    reset('Retries');
    expect(makeCrew().settings.retries.max).toBe(2);
    expect(JSON.parse(serializeCrew(makeCrew())).settings).not.toHaveProperty('retries');
    expect([fieldOf('Retries').value, resetOf('Retries')]).toEqual(['2', undefined]);
    act(() => undo(win));
    expect([makeCrew().settings.retries.max, fieldOf('Retries').value]).toEqual([3, '3']);
  });

  it('A reset removes an optional key as one undo step, and moves the focus to the field', () => {
    show();
    enterText('Temperature', '0.7');
    expect(resetOf('Temperature')?.title).toBe('Default: set by the model');
    reset('Temperature');
    expect(makeCrew().settings).not.toHaveProperty('temperature');
    expect(document.activeElement).toBe(fieldOf('Temperature'));
    act(() => undo(win));
    expect(makeCrew().settings.temperature).toBe(0.7);
  });

  it('A reset replaces a refused text', () => {
    show();
    enterText('Temperature', '0.7');
    enterText('Temperature', '3');
    reset('Temperature');
    expect([fieldOf('Temperature').value, errors()]).toEqual(['', []]);
  });

  it('The title names the default that applies, also of the crew', () => {
    show('task:draft');
    enterText('Timeout (s)', '5');
    choose('Cache', 'read');
    toggle('Own tools');
    toggle('Own retry settings');
    toggle('Asynchronous');
    expect(
      ['Timeout', 'Cache', 'Own tools', 'Own retry settings', 'Asynchronous', 'Resources'].map(
        (label) => resetOf(label)?.title,
      ),
    ).toEqual([
      'Default: 300 s, as the crew',
      'Default: off, as the crew',
      'Default: the agent’s tools',
      'Default: as the crew',
      'Default: off',
      'Default: none',
    ]);
    for (const label of ['Timeout', 'Cache', 'Own tools', 'Own retry settings', 'Asynchronous', 'Resources']) {
      reset(label);
    }
    expect(draft()).toEqual({ ...CREW.tasks[0], resources: [] });
  });
});

describe('A name of a file or generator', () => {
  const shownWith = (label: string) => {
    const ids = fieldOf(label).getAttribute('aria-describedby')?.split(' ') ?? [];
    return ids.map((id) => element.querySelector(`[id="${id}"]`)?.textContent ?? '').join(' ');
  };

  it.each([
    ['../result.md', 'outside the workspace'],
    ['C:result.md', 'outside the workspace'],
    ['notes/', 'does not end with the name of a file'],
    ['.git/config', 'Tasks cannot write'],
  ])('The output file %s shows why no run can write it', (file, reason) => {
    show('task:draft');
    enterText('Output file', file);
    expect(fieldOf('Output file').getAttribute('aria-invalid')).toBe('true');
    expect(shownWith('Output file')).toContain(reason);
  });

  it.each(['nothing', 'toString', 'Concurrent_processing'])('The unknown generator %s shows the known ones', (name) => {
    show();
    enterText('Sample data', name);
    expect(fieldOf('Sample data').getAttribute('aria-invalid')).toBe('true');
    expect(shownWith('Sample data')).toContain(`unknown generator "${name}". Use concurrent_processing`);
    enterText('Sample data', 'concurrent_processing');
    expect(fieldOf('Sample data').getAttribute('aria-invalid')).toBe('false');
  });
});

describe('A JSON field', () => {
  const schema = '{"type":"object"}';

  it('A JSON field accepts and formats a value when it loses the focus', () => {
    show('task:draft');
    enterText('Output schema', schema);
    expect(draft()?.output_schema).toEqual({ type: 'object' });
    expect(fieldOf('Output schema').value).toBe('{\n  "type": "object"\n}');
    clear('Output schema');
    expect(draft()).not.toHaveProperty('output_schema');
  });

  it.each([
    ['{"type":', 'This is not valid JSON. See line 1, column 9.'],
    ['"text"', 'This JSON Schema cannot be used: it is not an object.'],
    ['['.repeat(101), 'This is nested more than 100 levels deep.'],
  ])('A JSON field refuses %s with the reason, and Escape restores the value', (text, reason) => {
    show('task:draft');
    enterText('Output schema', text);
    expect([draft()?.output_schema, errors()]).toEqual([undefined, [reason]]);
    press(enter('Output schema'), 'Escape');
    expect([fieldOf('Output schema').value, errors()]).toEqual(['', []]);
  });
});

describe('Inputs', () => {
  it('Inputs are added for a placeholder that has no value, and edited', () => {
    show();
    act(() => buttonOf('Add {topic}').click());
    expect(makeCrew().inputs).toEqual({ topic: '' });
    enterText('Value of topic', 'birds');
    expect(makeCrew().inputs).toEqual({ topic: 'birds' });
    enterText('Key topic', 'theme');
    expect(makeCrew().inputs).toEqual({ theme: 'birds' });
    act(() => buttonOf('Remove theme').click());
    expect(makeCrew().inputs).toEqual({});
  });

  it('Inputs are added by their key, and the field for new keys is cleared', () => {
    show();
    const field = enter('Inputs');
    type(field, 'tone');
    press(field, 'Enter');
    expect([makeCrew().inputs, field.value]).toEqual([{ tone: '' }, '']);
  });

  it.each([
    ['tone', '“tone” already exists.'],
    ['{x}', 'Use up to 256 characters on one line, without { and }.'],
    ['__proto__', '“__proto__” cannot be used here.'],
  ])('An input cannot have the key %s', (key, reason) => {
    act(() => win.document.setState({ crew: { ...CREW, inputs: { tone: 'calm' } } }));
    show();
    const field = enter('Inputs');
    type(field, key);
    press(field, 'Enter');
    expect([Object.keys(makeCrew().inputs), errors()]).toEqual([['tone'], [reason]]);
  });
});

describe('The workload', () => {
  it('The workload accepts and removes an amount with its measure', () => {
    show();
    const field = enter('Workload');
    type(field, 'records');
    press(field, 'Enter');
    enterText('Expected', '1000');
    choose('Measured by', 'rows_of');
    enterText('File', 'customers.csv');
    expect(makeCrew().workload).toEqual({ records: { declared: 1000, measure: { rows_of: 'customers.csv' } } });
    act(() => buttonOf('Remove records').click());
    expect(makeCrew().workload).toEqual({});
  });
});

describe('A new key of the schema', () => {
  const info = { help: '', group: 'Model' };
  const schema = z.strictObject({
    model: z.array(z.string()).optional(),
    base_url: z.record(z.string(), z.string()).optional(),
    provider: z.array(z.number()).optional(),
  });
  const table = {
    model: { ...info, label: 'Lines' },
    base_url: { ...info, label: 'Texts' },
    provider: { ...info, label: 'Anything' },
  };

  it('A new key of the schema gets a field of the kind that fits it', () => {
    const fields = formFields(schema, table);
    expect(fields.map(({ kind }) => kind.kind)).toEqual(['text list', 'map', 'JSON']);
    const advanced = { isOpen: false, onToggle: () => undefined };
    draw(createElement(SchemaForm, { subject: { kind: 'agent', name: 'ada' }, fields, advanced }));
    enterText('Lines', 'one\n\n two');
    expect(makeCrew().agents[0]?.model).toEqual(['one', 'two']);
    enterText('Anything', '[1, "2"]');
    expect(errors()).toEqual(['Entry 2 of "Anything" must be a number.']);
    const field = enter('Texts');
    type(field, 'key');
    press(field, 'Enter');
    expect(makeCrew().agents[0]?.base_url).toEqual({ key: '' });
  });
});
