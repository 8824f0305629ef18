import { describe, expect, it } from 'vitest';
import { runCommand } from '../app/cli/command.ts';
import { dataFolders } from '../app/launch/data-folder.ts';
import { IN_PROCESS } from '../shared/expressions/testing/in-process.ts';
import { commandArguments, crewArgument, switchValue } from './arguments.ts';

/** Every command in the help of the command line. */
async function commandsInHelp(): Promise<string[]> {
  let help = '';
  await runCommand(['--help'], {
    io: {
      stdout: (text) => {
        help += text;
      },
      stderr: () => undefined,
      redraw: () => undefined,
      isTerminal: false,
      columns: () => 80,
      terminal: null,
      onSignal: () => () => undefined,
    },
    folders: dataFolders('/data'),
    keyFor: () => null,
    examples: '/examples',
    versions: {},
    evaluator: IN_PROCESS,
    makeHost: () => {
      throw new Error('Help needs no slots.');
    },
  });
  const [, commands = ''] = help.split('Commands:');
  return [...commands.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);
}

describe("the application's own command line", () => {
  it('the last argument that is not a switch is the crew file', () => {
    const argv = ['electron', '/app', '--no-sandbox', 'old.crew.json', 'crews/new.crew.json', '--lang=en'];
    expect(crewArgument(argv, '/app', '/home/user')).toBe('/home/user/crews/new.crew.json');
  });

  it("the application's own folder is not a crew file", () => {
    expect(crewArgument(['electron', '.', '--no-sandbox'], '/app', '/app')).toBeNull();
  });

  it('there is no crew file if there are only switches', () => {
    expect(crewArgument(['crewlane', '--user-data-dir=/data'], '/app', '/')).toBeNull();
  });

  it('the application accepts every command of the command line', async () => {
    const names = await commandsInHelp();
    expect(names).toContain('run');
    for (const name of names)
      expect(commandArguments(['crewlane', '--no-sandbox', name, 'x'], '/app')).toEqual([name, 'x']);
    expect(commandArguments(['crewlane', '/app', '--help'], '/app')).toEqual(['--help']);
  });

  it('arguments before the command are left to Electron', () => {
    const argv = ['crewlane', '--log-level=3', '--use-gl=angle', '--ozone-platform=headless', 'run', 'x', '--json'];
    expect(commandArguments(argv, '/app')).toEqual(['run', 'x', '--json']);
  });

  it('without a display, all arguments are a command', () => {
    const headless = ['crewlane', '--no-sandbox', '--ozone-platform=headless'];
    expect(commandArguments(headless, '/app')).toEqual([]);
    expect(commandArguments([...headless, 'my.crew.json'], '/app')).toEqual(['my.crew.json']);
  });

  it('a file whose name is not a command is opened', () => {
    expect(commandArguments(['crewlane', 'my.crew.json'], '/app')).toBeNull();
    expect(commandArguments(['crewlane', '--no-sandbox'], '/app')).toBeNull();
  });

  it('the value of a switch is read', () => {
    expect(switchValue(['crewlane', '--user-data-dir=/data/of=mine'], 'user-data-dir')).toBe('/data/of=mine');
    expect(switchValue(['crewlane', '--user-data-dirs=/data'], 'user-data-dir')).toBeNull();
  });
});
