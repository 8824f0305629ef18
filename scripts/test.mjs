import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_PARTS, ensureBuilt } from './build-parts.mjs';
import { runNode } from './command.mjs';
import { BIOME, KNIP, PLAYWRIGHT, PLAYWRIGHT_CONFIG, TSC, VITEST } from './dev-tools.mjs';
import { ensurePackages } from './packages.mjs';
import { CACHE, log, ROOT } from './root.mjs';
import { playwrightCount, vitestCount } from './test-counts.mjs';
import { windowEnvironment } from './window-environment.mjs';

// Runs every check and every test, and ends with one line that counts them all. Each check counts as one.

/** @typedef {import('./test-counts.mjs').Count} Count */

const RESULTS = join(CACHE, 'test');
const UNIT_RESULTS = join(RESULTS, 'unit.json');
const WINDOW_RESULTS = join(RESULTS, 'window.json');

/** @typedef {[string, string[]]} Check one program, which passes with exit code 0 */

/** @type {Check} */
const TYPES = ['types', [TSC, '-b']];
/** @type {Check[]} */
const OTHER_CHECKS = [
  ['formatting and lint', [BIOME, 'ci', '--colors=off', '.']],
  ['import rules', [join(ROOT, 'scripts', 'import-rules.mjs')]],
  ['word list', [join(ROOT, 'scripts', 'word-list.mjs')]],
  ['unused code', [KNIP, '--no-progress']],
];

const started = Date.now();
/** @type {Count} */
const total = { passed: 0, failed: 0 };

if (await stage('packages', async () => resultOf(await ensurePackages()))) {
  mkdirSync(RESULTS, { recursive: true });
  // The types take as long as all others together, which run meanwhile.
  const [built] = await Promise.all([othersAndBuild(), check(TYPES)]);
  // Without a successful build, the tests would test old code.
  await stage('unit tests', async () => (built ? unitTests() : resultOf(false)));
  await stage('tests in the window', async () => (built ? windowTests() : resultOf(false)));
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
// A process that a test left running must not keep this process alive.
process.exit(total.failed === 0 ? 0 : 1);

/** @param {Check} check */
function check([name, program]) {
  return stage(name, async () => resultOf((await runNode(program)) === 0));
}

async function othersAndBuild() {
  for (const other of OTHER_CHECKS) await check(other);
  return stage('build', async () => resultOf(await ensureBuilt(ALL_PARTS)));
}

async function unitTests() {
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_RESULTS}`];
  const since = Date.now();
  const code = await runNode([VITEST, ...args]);
  return vitestCount(UNIT_RESULTS, since, code);
}

async function windowTests() {
  const window = await windowEnvironment();
  if (window === null) return resultOf(false);
  const since = Date.now();
  const args = ['test', '--config', PLAYWRIGHT_CONFIG, '--reporter=list,json'];
  const env = { ...window.env, PLAYWRIGHT_JSON_OUTPUT_FILE: WINDOW_RESULTS };
  const code = await runNode([PLAYWRIGHT, ...args], { env });
  window.stop();
  return playwrightCount(WINDOW_RESULTS, since, code);
}

/** @param {string} name @param {() => Promise<Count>} work @returns {Promise<boolean>} whether all of it passed */
async function stage(name, work) {
  const at = Date.now();
  log(`── ${name}`);
  const count = await work();
  total.passed += count.passed;
  total.failed += count.failed;
  const now = Date.now();
  log(
    `── ${name}: ${count.passed} passed, ${count.failed} failed (${seconds(now - at)} s, ${seconds(now - started)} s in total)`,
  );
  return count.failed === 0;
}

/** @param {boolean} passed @returns {Count} */
function resultOf(passed) {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {number} ms */
function seconds(ms) {
  return (ms / 1000).toFixed(1);
}
