import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';
import { writeFailure } from '../app/base/system-error.ts';
import { themeSchema } from '../shared/ipc/values.ts';

const MAX_RECENT = 12;
const MAX_DISMISSED = 200;

const settingsSchema = z.object({
  theme: themeSchema.catch('system'),
  /** Paths, the newest first. */
  recent: z.array(z.string()).catch([]),
  bounds: z
    .object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) })
    .nullable()
    .catch(null),
  maximized: z.boolean().catch(false),
  /** Folders that dialogs were last used in. */
  lastFolder: z.string().nullable().catch(null),
  exportFolder: z.string().nullable().catch(null),
  /** Content hashes of crew files that a person trusted in an earlier version. */
  trusted: z.array(z.string()).catch([]),
  /** Interrupted runs and batches that a person does not want to be offered, the latest last. */
  dismissedRuns: z.array(z.string()).catch([]),
  started: z.boolean().catch(false),
});
export type Settings = z.infer<typeof settingsSchema>;

/**
 * The settings that the application remembers between starts. An unreadable file counts as empty: it contains no user's
 * work.
 */
export class SettingsFile {
  readonly #path: string;
  readonly #onFailure: (message: string) => void;
  #settings: Settings;
  #isSaved = true;

  /** @param onFailure is called once with the reason, for a person, when settings can no longer be saved */
  constructor(path: string, onFailure: (message: string) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    this.#settings = settingsSchema.parse(readJson(path));
  }

  get(): Readonly<Settings> {
    return this.#settings;
  }

  /** Changes settings. They apply at once, even if they cannot be saved. */
  update(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    try {
      replaceFileSync(this.#path, `${JSON.stringify(this.#settings, null, 2)}\n`);
      this.#isSaved = true;
    } catch (error) {
      const wasSaved = this.#isSaved;
      this.#isSaved = false;
      if (wasSaved) this.#onFailure(`Could not save the settings in ${this.#path}: ${writeFailure(error)}.`);
    }
  }

  dismissRun(id: string): void {
    this.update({ dismissedRuns: [...this.#settings.dismissedRuns, id].slice(-MAX_DISMISSED) });
  }

  addRecent(path: string): void {
    this.update({ recent: [path, ...this.#settings.recent.filter((known) => known !== path)].slice(0, MAX_RECENT) });
  }
}

function readJson(path: string): object {
  const read = readJsonFileSync(path);
  return read.ok && typeof read.value === 'object' && read.value !== null ? read.value : {};
}
