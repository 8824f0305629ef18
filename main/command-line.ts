import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import type { SlotHost } from '../shared/slot/host.ts';
import { versions } from './app-calls.ts';
import { utilityPool } from './utility-pool.ts';

/** What `dist/node/command.js` exports, which is the command line without a process of its own. */
interface CommandModule {
  runInProcess(given: {
    argv: readonly string[];
    examples: string;
    versions: Record<string, string>;
    makeHost: () => SlotHost;
  }): Promise<number>;
}

/** Answers a command in this process, with utility processes as slots and no window. */
export async function answerCommand(argv: readonly string[], root: string): Promise<void> {
  const dist = join(root, 'dist', 'node');
  // Built from app/cli: the command line is a program of its own, which main does not know at compile time.
  const command = (await import(pathToFileURL(join(dist, 'command.js')).href)) as CommandModule;
  const code = await command.runInProcess({
    argv,
    examples: join(root, 'examples'),
    versions: versions(),
    makeHost: () => utilityPool(join(dist, 'slot.js'), listedEnvironment(process.env)).host({ lone: true }),
  });
  app.exit(code);
}
