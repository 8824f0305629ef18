import { basename, dirname, join } from 'node:path';
import { app, clipboard, shell } from 'electron';
import { replaceFile } from '../app/base/folder-handle.ts';
import { writeFailure } from '../app/base/system-error.ts';
import { CopiedNodes } from './copied-nodes.ts';
import type { Crashes } from './crashes.ts';
import { askWhereToSave } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { KeyStore } from './keys.ts';
import type { AppMenu } from './menu.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';
import { setTheme } from './theme.ts';

type AppCalls = Pick<
  Handlers<Session>,
  | 'app.start'
  | 'app.recent'
  | 'app.settled'
  | 'app.error_report'
  | 'app.menu'
  | 'app.theme'
  | 'app.show_folder'
  | 'app.save_file'
  | 'app.copy'
  | 'app.paste'
>;

interface Deps {
  settings: SettingsFile;
  keys: KeyStore;
  menu: AppMenu;
  /** Folders that reports were exported into. */
  exported: ReadonlySet<string>;
  crashes: Pick<Crashes, 'record'>;
}

/** Handles the window's calls about the application itself. */
export function appCalls({ settings, keys, menu, exported, crashes }: Deps): AppCalls {
  const nodes = new CopiedNodes();
  return {
    'app.start': (session) => {
      session.pageListens();
      const { theme, started } = settings.get();
      if (!started) settings.update({ started: true });
      const { document, origin, loading, notices, refused, shownRun } = session;
      return {
        document,
        origin,
        loading,
        refused,
        notices,
        theme,
        platform: process.platform,
        versions: versions(),
        key_store: keys.where(),
        first_run: !started,
        run: shownRun,
      };
    },
    'app.recent': () =>
      settings.get().recent.map((path) => ({ path, name: basename(path), folder: basename(dirname(path)) })),
    'app.settled': (session) => {
      session.pageSettled();
      return {};
    },
    'app.error_report': (_session, { name, message, stack }) => {
      crashes.record('page error', Object.assign(new Error(message), { name, stack }));
      return {};
    },
    'app.menu': (_session, { commands }) => {
      menu.setCommands(commands);
      return {};
    },
    'app.theme': (_session, { theme }) => {
      settings.update({ theme });
      setTheme(theme);
      return {};
    },
    'app.show_folder': async (_session, { path }) => {
      // A page may open only folders that this application wrote.
      if (exported.has(path)) await shell.openPath(path);
      return {};
    },
    'app.save_file': async (session, { name, base64 }) => {
      const path = await askWhereToSave(
        session.window,
        'Save',
        join(settings.get().exportFolder ?? '', basename(name)),
      );
      if (path === null) return { status: 'cancelled' };
      try {
        await replaceFile(path, Buffer.from(base64, 'base64'));
      } catch (error) {
        return { status: 'failed', message: `Could not write ${path}: ${writeFailure(error)}.` };
      }
      settings.update({ exportFolder: dirname(path) });
      return { status: 'saved', path };
    },
    'app.copy': (session, { text }) => {
      clipboard.writeText(text);
      nodes.recordCopy(text, session.origin);
      return {};
    },
    'app.paste': (session) => {
      const text = clipboard.readText();
      session.origin = nodes.originAfterPaste(text, session.origin);
      return { text };
    },
  };
}

/** The versions of the application, Electron, Chromium and Node. */
export function versions(): Record<string, string> {
  const { electron, chrome, node } = process.versions;
  return { crewlane: app.getVersion(), electron: electron ?? '', chrome: chrome ?? '', node: node ?? '' };
}
