import { realPathOf } from '../app/base/contained-path.ts';
import { contentHash } from '../app/crew-file/content-hash.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { originOf } from '../app/launch/trust/origin.ts';
import { reviewCrew, revokeContent, revokeTrust, trustContent, trustFolder } from '../app/launch/trust/trust.ts';
import { withCrew, withOwn } from '../app/launch/trust/trust-changes.ts';
import { readTrust, updateTrust } from '../app/launch/trust/trust-store.ts';
import type { Problem } from '../shared/crew/problem.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { OpenDocument, TrustList } from '../shared/ipc/values.ts';
import { workspaceOfGrant } from '../shared/trust/grants.ts';
import type { Origin, Permission } from '../shared/trust/permission.ts';
import type { SettingsFile } from './settings.ts';

/** Looks up and stores a person's trust for the crews that windows open and save. */
export class Trust {
  readonly #folders: Pick<DataFolders, 'trustFile' | 'workspaces'>;

  constructor(folders: Pick<DataFolders, 'trustFile' | 'workspaces'>) {
    this.#folders = folders;
  }

  /** Returns the origin of a crew that was just read. @param path its file; null for a crew without one */
  async originOf(crew: Crew, path: string | null): Promise<Origin> {
    return originOf(await readTrust(this.#folders.trustFile), crew, path);
  }

  /**
   * Updates the origin after a person decided about trust: the crew in a window is no longer foreign if its content or
   * its folder is trusted now. Meanwhile the window may show another crew than the one that the person decided about.
   */
  async decided(window: { origin: Origin; readonly document: OpenDocument }): Promise<void> {
    const { crew, path } = window.document;
    const origin = await this.originOf(crew, path);
    if (window.origin === 'foreign' && window.document.crew === crew) window.origin = origin;
  }

  /** Keeps the origin of a crew that was saved with other content. A foreign crew stays foreign. */
  async saved(crew: Crew, path: string, origin: Origin): Promise<void> {
    if (origin === 'foreign') return;
    const sha256 = contentHash(crew);
    const file = await realPathOf(path);
    await updateTrust(this.#folders.trustFile, (record) =>
      origin === 'own' ? withOwn(record, sha256) : withCrew(record, { sha256, file, grants: [] }),
    );
  }

  /** Returns what a real run of a crew would do, or why that cannot be determined. */
  async review(
    crew: Crew,
    path: string | null,
  ): Promise<{ ok: true; permissions: readonly Permission[] } | { ok: false; message: string }> {
    const reviewed = await reviewCrew(crew, path, this.#folders);
    return reviewed.ok ? reviewed : { ok: false, message: messageOf(reviewed) };
  }

  /** Trusts a crew as it is now. Returns why that failed, or null. */
  async trustCrew(crew: Crew, path: string | null, permissions: readonly Permission[]): Promise<string | null> {
    const refusal = await trustContent({ crew, file: path, permissions }, this.#folders);
    return refusal && messageOf(refusal);
  }

  /** Trusts every crew in a folder. Returns why that failed, or null. */
  async trustFolder(folder: string): Promise<string | null> {
    const trusted = await trustFolder(folder, this.#folders);
    return trusted.ok ? null : messageOf(trusted);
  }

  async list(): Promise<TrustList> {
    const { crews, folders, grants } = await readTrust(this.#folders.trustFile);
    const workspaces = grants.flatMap(({ grant }) => workspaceOfGrant(grant) ?? []);
    return { crews, folders, workspaces: [...new Set(workspaces)] };
  }

  /** Revokes trust in a crew file or a folder. Returns why that failed, or null. */
  async revoke(path: string): Promise<string | null> {
    const revoked = await revokeTrust(path, this.#folders);
    if (!revoked.ok) return messageOf(revoked);
    return revoked.stillIn === null
      ? null
      : `${revoked.path} is still trusted because you trust the folder ${revoked.stillIn}.`;
  }

  /** Revokes trust in content without a file. Returns why that failed, or null. */
  async revokeContent(sha256: string): Promise<string | null> {
    const refusal = await revokeContent(sha256, this.#folders);
    return refusal && messageOf(refusal);
  }

  /** Imports the trusted crews that earlier versions stored in the settings. */
  async importOldTrust(settings: SettingsFile): Promise<void> {
    const { trusted } = settings.get();
    if (trusted.length === 0) return;
    const hashes = trusted.filter((each) => /^[0-9a-f]{64}$/.test(each));
    const moved = await updateTrust(this.#folders.trustFile, (record) =>
      hashes.reduce((next, sha256) => withCrew(next, { sha256, file: null, grants: [] }), record),
    );
    if (moved.ok) settings.update({ trusted: [] });
  }
}

function messageOf({ problems }: { problems: readonly Problem[] }): string {
  return problems.map(({ message }) => message).join(' ');
}
