import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.mjs';

const FOLDERS = ['shared', 'app', 'main', 'preload', 'renderer', 'e2e', 'chaos', 'bench', 'scripts'];
const CHECKER = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const READS_TSX = join(ROOT, 'scripts', 'swc-reads-tsx.cjs');
const RULES = join(ROOT, '.dependency-cruiser.cjs');
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** @typedef {{ modules: number, violations: { rule: string, from: string, to: string }[] }} Found */

/**
 * Checks the import rules in the folders of a tree with the structure of this repository.
 * @param {string} tree @returns {Promise<Found>} rejects if the checker cannot read them
 */
export async function checkImports(tree) {
  const folders = FOLDERS.filter((folder) => existsSync(join(tree, folder)));
  const { summary } = JSON.parse(
    await output(['--require', READS_TSX, CHECKER, '--config', RULES, '--output-type', 'json', ...folders], tree),
  );
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(plainViolation),
  };
}

/** @param {{ rule: { name: string }, from: string, to: string }} violation */
function plainViolation({ rule, from, to }) {
  return { rule: rule.name, from, to };
}

/** @param {string[]} args @param {string} cwd @returns {Promise<string>} */
function output(args, cwd) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, maxBuffer: MAX_OUTPUT_BYTES }, (_error, stdout, stderr) => {
      // The exit code is the number of violations, which the output lists.
      if (stdout.startsWith('{')) resolve(stdout);
      else reject(new Error(stderr));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { modules, violations } = await checkImports(ROOT);
  for (const { rule, from, to } of violations) process.stdout.write(`${rule}: ${from} → ${to}\n`);
  process.stdout.write(`${modules} modules, ${violations.length} violations\n`);
  // A checker that cannot read a language finds no violations in it.
  process.exitCode = modules === 0 || violations.length > 0 ? 1 : 0;
}
