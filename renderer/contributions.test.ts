// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { menuCommandSchema } from '../shared/ipc/values.ts';
import { REGISTRY } from './contributions.ts';
import { menuCommands, shortcutsOf } from './state/command.ts';
import type { DialogName } from './state/stores/ui-store.ts';
import { executeCommand } from './testing/commands.ts';
import { win } from './testing/window.ts';

const { commands, dialogs, tabs } = REGISTRY;

const expectDistinct = (list: readonly string[]) => expect(list).toEqual([...new Set(list)]);

it('Each command and each tab has a unique name', () => {
  expectDistinct(commands.map(({ name }) => name));
  expectDistinct(commands.map(({ label }) => label));
  expectDistinct(tabs.map(({ name }) => name));
});

it('Each dialog that a command can open is contributed once', () => {
  const names = [
    'about',
    'batch',
    'compare',
    'conversion',
    'inputs',
    'key',
    'keys',
    'memory',
    'palette',
    'trusted',
  ] satisfies DialogName[];
  expect(dialogs.map(({ name }) => name).sort()).toEqual(names);
  expectDistinct(dialogs.map(({ title }) => title));
});

it('Each shortcut belongs to one command', () => {
  expectDistinct(commands.flatMap(shortcutsOf));
});

it('The tabs are in the order of the design', () => {
  expect(tabs.map(({ name }) => name)).toEqual(['Timeline', 'Results', 'Dashboard', 'Events', 'Resources', 'Runs']);
  expect(tabs.map(({ name }) => name)).toContain(win.ui.getState().tab);
});

it('The menu sent to main is valid, with labels in title case', () => {
  const sent = menuCommands(commands);
  expect(menuCommandSchema.array().parse(sent)).toEqual(sent);
  const labels = sent.map(({ label }) => label);
  for (const label of ['New', 'Save As…', 'Auto Layout', 'Run from Here', 'Trusted Crews and Folders…'])
    expect(labels).toContain(label);
});

it('Each command with an accelerator has a menu position', () => {
  expect(commands.filter(({ accelerator, menu }) => accelerator !== undefined && menu === undefined)).toEqual([]);
});

it('Performing an unavailable command shows the reason', () => {
  executeCommand('stop');
  expect(win.ui.getState().toasts.at(-1)?.text).toBe('No run is in progress.');
});

it('Performing an unknown command throws', () => {
  expect(() => executeCommand('no such command')).toThrow('There is no command "no such command".');
});
