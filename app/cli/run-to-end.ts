import type { GroupLaunch } from '../launch/group/start-group.ts';
import type { OnFolder } from '../launch/prepare-launch.ts';
import { resumeText } from './command-text.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { openingText } from './opening-text.ts';
import { folderText, type PrintOptions, printResult } from './print-result.ts';
import { refuseLaunch } from './problems.ts';
import { showProgress } from './progress.ts';
import { askQuestions } from './prompts.ts';
import { exitNow, Signals } from './signals.ts';

export interface RunToEndOptions extends Pick<PrintOptions, 'afterwards'> {
  /** The crew file, for the locations of problems. */
  file?: string;
  /** What is printed as JSON on standard output: everything, only why a launch was refused, or nothing. */
  json?: boolean | 'refusals' | undefined;
}

/**
 * Executes a run or batch in this process and prints it. The first signal cancels running attempts and leaves the run or
 * batch resumable. The second signal exits immediately, even during the launch. @returns the exit code
 */
export async function runToEnd(
  io: Io,
  launch: (onFolder: OnFolder) => Promise<GroupLaunch>,
  { json = false, ...options }: RunToEndOptions,
): Promise<ExitCode> {
  const signals = new Signals(io);
  let folder: string | null = null;
  try {
    const launching = launch((dir) => {
      folder = dir;
    });
    const launched = await Promise.race([launching, signals.second]);
    if (launched === 'now') return exitNow(io, folder);
    if (!launched.ok) return refuseLaunch(io, launched, { ...options, json: json !== false });
    const { group, notes } = launched;
    for (const note of notes) io.stderr(`${note}\n`);
    io.stderr(openingText(group));
    const progress = showProgress(group, io);
    const stopPrompting = io.terminal ? askQuestions(group, io, io.terminal, progress) : null;
    signals.first(() => group.interrupt('signal'));
    const end = await Promise.race([group.done, signals.second]);
    stopPrompting?.();
    progress.end();
    if (end !== 'now') for (const note of group.notes) io.stderr(`${note}\n`);
    const code =
      end === 'now'
        ? end
        : await Promise.race([printResult(io, group, end, { ...options, json: json === true }), signals.second]);
    if (code !== 'now') return code;
    io.stderr(`Exited immediately. ${end === 'now' ? `Resume with: ${resumeText(group.dir)}` : folderText(group)}\n`);
    return EXIT.interrupted;
  } finally {
    signals.end();
  }
}
