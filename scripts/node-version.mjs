import { readFileSync } from 'node:fs';

/**
 * Returns what to do if Node is older than the project requires.
 * @param {string} version of the running Node, without "v" @param {string} engines as in package.json, ">=20"
 * @returns {string | null} null if Node is new enough
 */
export function nodeProblem(version, engines) {
  const wanted = Number.parseInt(engines.replace(/^>=/, ''), 10);
  if (Number.parseInt(version, 10) >= wanted) return null;
  return `Crewlane needs Node ${wanted} or newer, and this is Node ${version}. Install a newer Node (https://nodejs.org) and run the command again.`;
}

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const problem = nodeProblem(process.versions.node, engines.node);
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}
