import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { listedEnvironment, nodeHost } from '../hosts/node-host.ts';
import { dataFolders } from '../launch/data-folder.ts';
import { runCommand } from './command.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { takeKeys } from './keys.ts';

/**
 * The command line's own process. Built as `dist/node/cli.js`, beside the slots' entry `slot.js`; what ships with the
 * application is read from two folders above.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
const keyFor = takeKeys(process.env);
const packageSchema = z.object({ version: z.string() });

const io: Io = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  columns: () => process.stderr.columns || 80,
  env: process.env,
  cwd: process.cwd(),
  onSignal,
};

// A reader that went away, such as `| head`, is no bug; what it would have been told is lost.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.exitCode = await answered();
await Promise.all([drained(process.stdout), drained(process.stderr)]);
process.exit();

async function answered(): Promise<ExitCode> {
  try {
    const { version } = packageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return await runCommand(process.argv.slice(2), {
      io,
      folders: dataFolders(process.env['CREWLANE_HOME'] || null),
      keyFor,
      examples: join(root, 'examples'),
      versions: { crewlane: version, node: process.versions.node },
      makeHost: () => nodeHost(join(here, 'slot.js'), listedEnvironment(process.env)),
    });
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`This is a bug in Crewlane, please report it:\n${detail}\n`);
    return EXIT.bug;
  }
}

function onSignal(listener: () => void): () => void {
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}

/** Resolves when what was written has left the process, or nobody reads it. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
