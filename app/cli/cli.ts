import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { listedEnvironment, nodeHost } from '../hosts/node-host.ts';
import { runInProcess } from './in-process.ts';

/**
 * The command line's own process. Built as `dist/node/cli.js`, beside the slots' entry `slot.js`; what ships with the
 * application is read from two folders above.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const code = await runInProcess({
  argv: process.argv.slice(2),
  examples: join(root, 'examples'),
  versions: { crewlane: version, node: process.versions.node },
  makeHost: () => nodeHost(join(here, 'slot.js'), listedEnvironment(process.env)),
});
process.exit(code);
