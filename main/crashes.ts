import { writeFile } from 'node:fs/promises';
import { app, BrowserWindow, dialog } from 'electron';
import { messageOf } from '../app/base/system-error.ts';
import {
  type Crash,
  type DiagnosticsSource,
  describeError,
  diagnosticsText,
  type RecordedCrash,
  recordCrash,
} from './diagnostics.ts';

/** After a dialog, further crashes are only recorded for this time. */
const QUIET_MS = 60_000;

/**
 * Reports bugs of the main process. Without a handler Node would end the process, or Electron would show a dialog for
 * each of them. Runs keep their journals either way, and continue while the dialog is open.
 */
export class Crashes {
  readonly #source: () => DiagnosticsSource;
  readonly #crashes: RecordedCrash[] = [];
  #asking = false;
  #quietUntil = 0;

  /** @param source returns the content of the diagnostics when a person saves them */
  constructor(source: () => DiagnosticsSource) {
    this.#source = source;
  }

  /** Reports every exception that nothing catches from now on. */
  watch(): void {
    // A terminal that was closed makes each write fail, reports of crashes too.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    process.on('uncaughtException', (error) => this.report('uncaught exception', error));
    process.on('unhandledRejection', (error) => this.report('unhandled rejection', error));
  }

  /** Records a crash for the diagnostics. */
  record(kind: Crash['kind'], error: unknown): void {
    recordCrash(this.#crashes, { at: new Date().toISOString(), kind, error });
  }

  /** Records a crash and shows it, unless a dialog is open or was closed a moment ago. */
  report(kind: Crash['kind'], error: unknown): void {
    this.record(kind, error);
    process.stderr.write(
      `Crewlane: ${kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    if (this.#asking || performance.now() < this.#quietUntil) return;
    this.#asking = true;
    this.#ask(kind, error)
      // If the dialog cannot be shown, the crash is still on standard error.
      .catch((failure: unknown) => process.stderr.write(`Crewlane: the crash dialog failed: ${String(failure)}\n`))
      .finally(() => {
        this.#asking = false;
        this.#quietUntil = performance.now() + QUIET_MS;
      });
  }

  async #ask(kind: Crash['kind'], error: unknown): Promise<void> {
    await app.whenReady();
    const { name, message } = describeError(error, this.#source().root);
    for (;;) {
      const { response } = await dialog.showMessageBox({
        type: 'error',
        title: 'Crewlane',
        message: 'Something went wrong in Crewlane.',
        detail: `${name}: ${message}\n(${kind})\n\nRuns continue, and completed results are saved. Save your work and restart Crewlane if it behaves strangely. Diagnostics contain versions, the error and its location. They contain no keys, crew texts or answers.`,
        buttons: ['Continue', 'Save diagnostics…', 'Quit'],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      });
      if (response === 1 && !(await this.#save())) continue;
      // Without a window, the application would keep running unseen.
      if (response === 2 || BrowserWindow.getAllWindows().length === 0) app.quit();
      return;
    }
  }

  /** @returns whether the diagnostics were written */
  async #save(): Promise<boolean> {
    const { canceled, filePath } = await dialog.showSaveDialog({
      title: 'Save diagnostics',
      defaultPath: 'crewlane-diagnostics.json',
      filters: [{ name: 'JSON', extensions: ['json'] }],
    });
    if (canceled || !filePath) return false;
    try {
      await writeFile(filePath, await diagnosticsText(this.#crashes, this.#source()));
      return true;
    } catch (error) {
      await dialog.showMessageBox({
        type: 'error',
        message: 'Could not save the diagnostics.',
        detail: `${messageOf(error)}\nChoose another folder.`,
        buttons: ['OK'],
      });
      return false;
    }
  }
}
