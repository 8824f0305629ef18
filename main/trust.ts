import { contentHash } from '../app/launch/trust/content-hash.ts';
import { originOf } from '../app/launch/trust/origin.ts';
import { withCrew, withOwn } from '../app/launch/trust/trust-changes.ts';
import { readTrust, updateTrust } from '../app/launch/trust/trust-store.ts';
import { realPathOf } from '../app/project/real-path.ts';
import type { Project } from '../shared/project/schema.ts';
import type { Origin } from '../shared/trust/permissions.ts';
import type { SettingsFile } from './settings.ts';

/** What a person trusts, for the crews that windows open and save. */
export class Trust {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Where a crew comes from that was just read. @param path its file; null for a crew without one */
  async originOf(project: Project, path: string | null): Promise<Origin> {
    return originOf(await readTrust(this.#file), project, path);
  }

  /** Keeps the origin of a crew that was saved with other content. A foreign crew stays foreign. */
  async saved(project: Project, path: string, origin: Origin): Promise<void> {
    if (origin === 'foreign') return;
    const sha256 = contentHash(project);
    const file = await realPathOf(path);
    await updateTrust(this.#file, (record) =>
      origin === 'own' ? withOwn(record, sha256) : withCrew(record, { sha256, file, grants: [] }),
    );
  }

  /** Takes over the crews that earlier versions kept in the settings. */
  async takeOver(settings: SettingsFile): Promise<void> {
    const { trusted } = settings.get();
    if (trusted.length === 0) return;
    const hashes = trusted.filter((each) => /^[0-9a-f]{64}$/.test(each));
    const moved = await updateTrust(this.#file, (record) =>
      hashes.reduce((next, sha256) => withCrew(next, { sha256, file: null, grants: [] }), record),
    );
    if (moved.ok) settings.update({ trusted: [] });
  }
}
