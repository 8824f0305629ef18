import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMMAND_PARTS, ensureBuilt } from './build-parts.mjs';
import { ensurePackages } from './packages.mjs';
import { ROOT } from './root.mjs';

// The command runs in this process, so that it receives the signals and sets the exit code.
if ((await ensurePackages()) && (await ensureBuilt(COMMAND_PARTS))) {
  const command = join(ROOT, 'dist', 'node', 'cli.js');
  process.argv[1] = command;
  await import(pathToFileURL(command).href);
} else process.exitCode = 70;
