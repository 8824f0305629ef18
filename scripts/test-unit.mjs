import { runNode } from './command.mjs';
import { VITEST } from './dev-tools.mjs';
import { ensurePackages } from './packages.mjs';

// usage: npm run test:unit [-- FILE …] [-- -t TITLE]   runs all unit tests, or those of some files or with some title.
// Every other option of vitest works too, such as --update or --watch.
const options = process.argv.slice(2);
const args = options.includes('--watch') ? options : ['run', ...options];
// Tests that start the built command or a slot build it themselves.
process.exitCode = (await ensurePackages()) ? await runNode([VITEST, ...args], { stdio: 'inherit' }) : 1;
