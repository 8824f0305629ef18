import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import { ExpressionThread } from '../app/base/expressions/expression-thread.ts';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import type { Evaluator } from '../shared/expressions/evaluate-expression.ts';
import type { SlotHost } from '../shared/slot/host.ts';
import { versions } from './app-calls.ts';
import { utilityPool } from './utility-pool.ts';

/** The export of `dist/node/command.js`: the command line as a function. */
interface CommandModule {
  runInProcess(given: {
    argv: readonly string[];
    examples: string;
    versions: Record<string, string>;
    evaluator: Evaluator;
    makeHost: () => SlotHost;
  }): Promise<number>;
}

/** Runs a command in this process, with utility processes as slots and without a window. */
export async function runCommandLine(argv: readonly string[], root: string): Promise<void> {
  const dist = join(root, 'dist', 'node');
  // Built from app/cli: the command line is a separate program, which main cannot import at compile time.
  const command = (await import(pathToFileURL(join(dist, 'command.js')).href)) as CommandModule;
  const code = await command.runInProcess({
    argv,
    examples: join(root, 'examples'),
    versions: versions(),
    evaluator: new ExpressionThread(join(dist, 'expressions.js')),
    makeHost: () => utilityPool(join(dist, 'slot.js'), listedEnvironment(process.env)).host({ lone: true }),
  });
  app.exit(code);
}
