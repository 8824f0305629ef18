import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';
import { themeSchema } from '../shared/ipc/values.ts';

const RECENT = 12;

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
  /** Content hashes of crew files that a person let run. */
  trusted: z.array(z.string()).catch([]),
  started: z.boolean().catch(false),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What the application remembers between starts. A file that cannot be read counts as empty: nothing in it is a user's work. */
export class SettingsFile {
  readonly #path: string;
  #settings: Settings;

  constructor(path: string) {
    this.#path = path;
    this.#settings = settingsSchema.parse(readJson(path));
  }

  get(): Readonly<Settings> {
    return this.#settings;
  }

  update(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    replaceFileSync(this.#path, `${JSON.stringify(this.#settings, null, 2)}\n`);
  }

  addRecent(path: string): void {
    this.update({ recent: [path, ...this.#settings.recent.filter((known) => known !== path)].slice(0, RECENT) });
  }
}

function readJson(path: string): object {
  const read = readJsonFileSync(path);
  return read.ok && typeof read.value === 'object' && read.value !== null ? read.value : {};
}
