import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeProblem } from './node-version.mjs';

const ROOT = join(import.meta.dirname, '..');

test('an older Node is refused with the required version', () => {
  for (const version of ['18.20.4', '19.9.0', '8.17.0']) expect(nodeProblem(version, '>=20')).toContain(version);
  for (const version of ['20.0.0', '20.20.2', '24.1.0', '100.0.0']) expect(nodeProblem(version, '>=20')).toBeNull();
});

/** Runs a script with a Node that reports version 18. */
function startWithOldNode(script: string) {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });`;
  const module = `data:text/javascript,${encodeURIComponent(old)}`;
  return spawnSync(process.execPath, ['--import', module, join(ROOT, script), 'doctor'], { encoding: 'utf8' });
}

test.each(['crewlane', 'scripts/start.mjs'])('%s exits at once with an older Node', (script) => {
  const { status, stderr } = startWithOldNode(script);
  expect(stderr).toBe(`${nodeProblem('18.20.4', '>=20')}\n`);
  expect(status).toBe(2);
});
