import { readFileSync, statSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * Counts passed and failed tests in vitest's report. A failure outside of tests (a file that could not be loaded, a
 * missing report, an exit code without a failed test) counts as one failed test, and so does each skipped test.
 * @param {string} file @param {number} since when the tests were started, in ms: an older report is ignored
 * @param {number} exitCode @returns {Count}
 */
export function vitestCount(file, since, exitCode) {
  const report = reportOf(file, since);
  if (report === null) return { passed: 0, failed: 1 };
  const passed = Number(report.numPassedTests);
  return withUnexplainedFailure(passed, Number(report.numTotalTests) - passed, exitCode);
}

/**
 * Counts passed and failed tests in Playwright's report. A test that passed only when repeated counts as failed.
 * @param {string} file @param {number} since @param {number} exitCode @returns {Count}
 */
export function playwrightCount(file, since, exitCode) {
  const stats = reportOf(file, since)?.stats;
  if (stats === undefined) return { passed: 0, failed: 1 };
  return withUnexplainedFailure(
    Number(stats.expected),
    Number(stats.unexpected) + Number(stats.flaky) + Number(stats.skipped),
    exitCode,
  );
}

/** @param {number} passed @param {number} failed @param {number} exitCode @returns {Count} */
function withUnexplainedFailure(passed, failed, exitCode) {
  const unexplained = (exitCode !== 0 && failed === 0) || passed + failed === 0;
  return { passed, failed: failed + (unexplained ? 1 : 0) };
}

/** @param {string} file @param {number} since */
function reportOf(file, since) {
  try {
    return statSync(file).mtimeMs < since ? null : JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
