import { runNode } from './command.mjs';
import { PLAYWRIGHT, PLAYWRIGHT_CONFIG } from './dev-tools.mjs';
import { ensurePackages } from './packages.mjs';
import { windowEnvironment } from './window-environment.mjs';

// usage: npm run test:e2e [-- FILE …] [-- -g TITLE]   runs the tests in the window: all, some files, or those with some title.
// Every other option of `playwright test` works too. Builds first, and starts a virtual display if there is none.
process.exitCode = (await ensurePackages()) ? await testWindow(process.argv.slice(2)) : 1;

/** @param {readonly string[]} options @returns {Promise<number>} Playwright's exit code */
async function testWindow(options) {
  const window = await windowEnvironment();
  if (window === null) return 1;
  const { env, stop } = window;
  const code = await runNode([PLAYWRIGHT, 'test', '--config', PLAYWRIGHT_CONFIG, '--reporter=list', ...options], {
    env,
    stdio: 'inherit',
  });
  stop();
  return code;
}
