// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { menuCommandSchema } from '../shared/ipc/values.ts';
import { REGISTRY } from './contributions.ts';
import { menuCommands, shortcutsOf } from './state/command.ts';
import { useUi } from './state/ui.ts';
import { executeCommand } from './testing/commands.ts';

const { commands, tabs } = REGISTRY;

const expectDistinct = (list: readonly string[]) => expect(list).toEqual([...new Set(list)]);

it('gives each command and each tab a name of its own', () => {
  expectDistinct(commands.map(({ name }) => name));
  expectDistinct(commands.map(({ label }) => label));
  expectDistinct(tabs.map(({ name }) => name));
});

it('gives each shortcut to one command', () => {
  expectDistinct(commands.flatMap(shortcutsOf));
});

it('has the tabs in the order of the design', () => {
  expect(tabs.map(({ name }) => name)).toEqual(['Timeline', 'Results', 'Dashboard', 'Events', 'Resources', 'Runs']);
  expect(tabs.map(({ name }) => name)).toContain(useUi.getState().tab);
});

it('sends main a menu that passes its check, with labels in title case', () => {
  const sent = menuCommands(commands);
  expect(menuCommandSchema.array().parse(sent)).toEqual(sent);
  const labels = sent.map(({ label }) => label);
  for (const label of ['New', 'Save As…', 'Auto Layout', 'Run from Here', 'Trusted Crews and Folders…'])
    expect(labels).toContain(label);
});

it('has a place in the menu for each command with an accelerator', () => {
  expect(commands.filter(({ accelerator, menu }) => accelerator !== undefined && menu === undefined)).toEqual([]);
});

it('shows why a command is not available', () => {
  executeCommand('stop');
  expect(useUi.getState().toasts.at(-1)?.text).toBe('No run is in progress.');
});

it('refuses the name of an unknown command', () => {
  expect(() => executeCommand('no such command')).toThrow('There is no command "no such command".');
});
