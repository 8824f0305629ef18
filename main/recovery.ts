import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFileSync } from '../app/base/json-file.ts';
import { replaceFileSync } from '../app/base/replace-file-sync.ts';
import { type Project, projectSchema } from '../shared/project/schema.ts';

const recoverySchema = z.object({ path: z.string().nullable(), project: projectSchema });

/**
 * Unsaved edits, kept in the application's data so that a crash costs none. The real file is written by Save alone.
 * One entry a project file, and one for the unsaved crew.
 */
export class Recovery {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  keep(path: string | null, project: Project): void {
    replaceFileSync(this.#file(path), JSON.stringify({ path, project }));
  }

  forget(path: string | null): void {
    rmSync(this.#file(path), { force: true });
  }

  /** The edits that a crash left behind, or null. */
  find(path: string | null): Project | null {
    const read = readJsonFileSync(this.#file(path));
    const parsed = recoverySchema.safeParse(read.ok ? read.value : null);
    return parsed.success ? parsed.data.project : null; // Missing, or written by a version with another format.
  }

  #file(path: string | null): string {
    const name = path === null ? 'unsaved' : createHash('sha256').update(path).digest('hex').slice(0, 32);
    return join(this.#folder, `${name}.json`);
  }
}
