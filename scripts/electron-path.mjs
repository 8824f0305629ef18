import { ensureElectron } from './electron.mjs';
import { ensurePackages } from './packages.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

// Prints the path of the Electron that this checkout uses, as the last line of standard output.
const electron = (await ensurePackages()) && (await ensureSystemPackages()) ? await ensureElectron() : null;
if (electron) process.stdout.write(`${electron.executable}\n`);
else process.exitCode = 1;
