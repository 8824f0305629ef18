import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ExpressionThread } from '../base/expressions/expression-thread.ts';
import { listedEnvironment, nodeHost } from '../hosts/node-host.ts';
import { runInProcess } from './in-process.ts';

/**
 * Entry point of the command line. Built as `dist/node/cli.js`, next to the slot entry point `slot.js`. Files that ship
 * with the application are two folders above.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

// Parts that are loaded later can import this file, so it must not wait for them at its top level.
void runInProcess({
  argv: process.argv.slice(2),
  examples: join(root, 'examples'),
  versions: { crewlane: version, node: process.versions.node },
  evaluator: new ExpressionThread(join(here, 'expressions.js')),
  makeHost: () => nodeHost(join(here, 'slot.js'), listedEnvironment(process.env)),
}).then((code) => process.exit(code));
