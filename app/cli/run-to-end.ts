import { measuredFigures } from '../../shared/figures/figures.ts';
import { printableJson } from '../../shared/printable.ts';
import { sentence } from '../../shared/sentence.ts';
import type { RunEnd } from '../engine/request.ts';
import type { LaunchResult, OnFolder } from '../launch/launch.ts';
import { loadRun } from '../launch/load-run.ts';
import { type RunObject, runObjectOf } from '../reports/run-json.ts';
import { closingText } from './closing-text.ts';
import { resumeText } from './command-text.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { openingText } from './opening-text.ts';
import { refuseLaunch } from './problems.ts';
import { showProgress } from './progress.ts';
import { promptForRun } from './prompts.ts';
import { exitNow, Signals } from './signals.ts';

export interface RunToEndOptions {
  json?: boolean | undefined;
  /** The crew file, for the locations of problems. */
  file?: string;
  /** Called after the run ended, before its result is printed. Returns whether it succeeded. */
  afterwards?: (runDir: string) => Promise<boolean>;
}

/**
 * Executes a run in this process and prints it. The first signal cancels running attempts and leaves the run resumable.
 * The second signal exits immediately, even during the launch. @returns the exit code
 */
export async function runToEnd(
  io: Io,
  launch: (onFolder: OnFolder) => Promise<LaunchResult>,
  options: RunToEndOptions,
): Promise<ExitCode> {
  const signals = new Signals(io);
  let folder: string | null = null;
  try {
    const launching = launch((dir) => {
      folder = dir;
    });
    const launched = await Promise.race([launching, signals.second]);
    if (launched === 'now') return exitNow(io, folder);
    if (!launched.ok) return refuseLaunch(io, launched, options);
    const { run, notes } = launched;
    for (const note of notes) io.stderr(`${note}\n`);
    const known = run.notes.length;
    io.stderr(openingText(run));
    const progress = showProgress(run, io);
    const stopPrompting = io.terminal ? promptForRun(run, io, io.terminal, progress) : null;
    signals.first(() => run.interrupt('signal'));
    const end = await Promise.race([run.done, signals.second]);
    stopPrompting?.();
    progress.end();
    if (end !== 'now') for (const note of run.notes.slice(known)) io.stderr(`${note}\n`);
    const code = end === 'now' ? end : await Promise.race([printResult(io, run.dir, end, options), signals.second]);
    if (code !== 'now') return code;
    io.stderr(
      `Exited immediately. ${end === 'now' ? `Resume with: ${resumeText(run.dir)}` : `Run folder: ${run.dir}`}\n`,
    );
    return EXIT.interrupted;
  } finally {
    signals.end();
  }
}

async function printResult(io: Io, dir: string, end: RunEnd, { json, afterwards }: RunToEndOptions): Promise<ExitCode> {
  const loaded = await loadRun(dir);
  if (!loaded.ok) {
    io.stderr(`${loaded.message}\n`);
    return end.status === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
  const { crew, state, texts } = loaded.run;
  const figures = measuredFigures(crew, state, { texts });
  const object = withReason(runObjectOf(figures, state, texts, dir), end);
  io.stderr(closingText(crew, object, figures));
  if (end.status === 'interrupted')
    io.stderr(`\nInterrupted: ${sentence(end.message)} Resume with: ${resumeText(dir, end.reason)}\n`);
  else io.stderr(`\nRun folder: ${dir}\n`);
  const done = (await afterwards?.(dir)) ?? true;
  if (json) io.stdout(`${printableJson(object, 2)}\n`);
  return exitCodeOf(end, done);
}

/**
 * Adds the reason of an interruption from the end of the run, because a journal that could not be written does not
 * contain it.
 */
function withReason(object: RunObject, end: RunEnd): RunObject {
  return object.outcome === 'interrupted' && end.status === 'interrupted' ? { ...object, reason: end.reason } : object;
}

function exitCodeOf(end: RunEnd, done: boolean): ExitCode {
  if (end.status === 'interrupted') return EXIT.interrupted;
  return end.outcome === 'completed' && done ? EXIT.ok : EXIT.failed;
}
