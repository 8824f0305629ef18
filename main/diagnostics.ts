import { readdir } from 'node:fs/promises';
import { release } from 'node:os';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from './settings.ts';

/** Something that went wrong in the application itself. */
export interface Crash {
  /** ISO time. */
  at: string;
  kind: 'uncaught exception' | 'unhandled rejection' | 'window crash' | 'page error';
  error: unknown;
}

/** A crash, and how often it has happened. */
export interface RecordedCrash extends Crash {
  /** ISO time of the last occurrence; `at` is that of the first. */
  lastAt: string;
  times: number;
}

/** Further kinds of crashes push out the oldest. */
const MAX_RECORDED = 50;

/** Adds a crash to `recorded`. A crash that is repeated counts up, so that it does not push out the others. */
export function recordCrash(recorded: RecordedCrash[], crash: Crash): void {
  const before = recorded.find((one) => one.kind === crash.kind && identityOf(one.error) === identityOf(crash.error));
  if (before) {
    before.lastAt = crash.at;
    before.times += 1;
    return;
  }
  recorded.push({ ...crash, lastAt: crash.at, times: 1 });
  if (recorded.length > MAX_RECORDED) recorded.shift();
}

/** The same text for the same error from the same location. */
function identityOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export interface DiagnosticsSource {
  versions: Record<string, string>;
  settings: Readonly<Settings> | null;
  /** The folder of all runs. */
  runs: string;
  /** The application's own folder: paths below it are written relative to it. */
  root: string;
}

const LAST_RUNS = 10;
const MAX_MESSAGE = 200;
/** Texts between quotation marks of any kind: an error quotes what it was given, which may be a crew's text or a path. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|“[^”]*”|‘[^’]*’/g;
/** Keys, tokens and other long strings without spaces. */
const LONG_WORD = /[\w+/=~-]{24,}|\b(?:sk|pk|key|ghp|xox[a-z])[-_][\w-]{4,}/gi;
const ADDRESS = /\b[a-z][\w+.-]*:\/\/\S+/gi;
const ABSOLUTE_PATH = /(?:[a-z]:\\|\\\\|~?\/)[^\s:()]*[\\/][^\s:()]*/gi;

/**
 * The text of a diagnostics bundle: versions, platform, what went wrong, settings, and the names of the last runs. It
 * contains no keys, no texts and answers of crews, and no paths outside the application.
 */
export async function diagnosticsText(crashes: readonly RecordedCrash[], source: DiagnosticsSource): Promise<string> {
  const bundle = {
    product: 'Crewlane diagnostics',
    versions: source.versions,
    platform: { name: process.platform, arch: process.arch, release: release() },
    uptime_s: Math.round(process.uptime()),
    memory_mib: Math.round(process.memoryUsage.rss() / 1024 / 1024),
    crashes: crashes.map(({ at, lastAt, times, kind, error }) => ({
      at,
      last_at: lastAt,
      times,
      kind,
      ...describeError(error, source.root),
    })),
    settings: settingsOf(source.settings),
    last_runs: await lastRuns(source.runs),
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

/** The details of an error that can be shared: its name, its message without quotations, and its location. */
export function describeError(error: unknown, root: string): { name: string; message: string; stack: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, message: redacted(String(error)), stack: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return {
    name: `${error.name}${code}`,
    message: redacted(error.message),
    stack: frames.map((frame) => withoutFolders(frame.trim(), root)),
  };
}

function redacted(message: string): string {
  const [line = ''] = message.split('\n');
  const short = line.replace(QUOTED, '…').replace(ADDRESS, '…').replace(ABSOLUTE_PATH, '…').replace(LONG_WORD, '…');
  return short.length > MAX_MESSAGE ? `${short.slice(0, MAX_MESSAGE)}…` : short;
}

/** Returns a stack frame with the file's path relative to the application, or only the name of another file. */
function withoutFolders(frame: string, root: string): string {
  const own = frame.replaceAll(`${pathToFileURL(root).href}/`, '').replaceAll(`${root}${sep}`, '');
  return own.replace(/(?<=^|[\s(])(?:file:\/\/|[a-z]:\\|\/)[^()]*[\\/]/gi, '…/');
}

/** The choices that change how the application behaves. Paths and the files that a person used are left out. */
function settingsOf(settings: Readonly<Settings> | null): Record<string, unknown> | null {
  if (settings === null) return null;
  const { theme, bounds, maximized, recent } = settings;
  return { theme, bounds, maximized, recent_files: recent.length };
}

async function lastRuns(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().slice(-LAST_RUNS);
}
