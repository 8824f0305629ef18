import type { Crew } from '../../../shared/crew/schema.ts';
import { grantsOf, missingPermissions, type Origin } from '../../../shared/trust/permission.ts';
import { permissionsOf } from '../../../shared/trust/permissions.ts';
import { contentHash } from '../../crew-file/content-hash.ts';
import type { DataFolders } from '../data-folder.ts';
import type { Consent } from './permit.ts';
import { withGrants } from './trust-changes.ts';
import { readTrust, updateTrust } from './trust-store.ts';

/** A server of a crew to start alone, without a run. */
export interface ServerQuestion {
  crew: Crew;
  server: string;
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  origin: Origin;
}

const NO_WORKSPACE = { path: '', chosenBy: 'crewlane', state: 'missing', entries: 0 } as const;

/** Returns what a person must allow before a server is started; null if nothing. */
export async function serverConsent(
  { crew, server, file, origin }: ServerQuestion,
  { trustFile }: Pick<DataFolders, 'trustFile'>,
): Promise<Consent | null> {
  const record = await readTrust(trustFile);
  const grants = new Set(record.grants.map(({ grant }) => grant));
  const choices = { file, rehearsal: false, calls: [], workspace: NO_WORKSPACE, grants, scripts: new Map() };
  const missing = missingPermissions(permissionsOf(crew, origin, choices)).filter(({ capability }) => {
    const isServer = capability.kind === 'mcp_command' || capability.kind === 'mcp_url';
    return isServer && capability.server === server;
  });
  return missing.length === 0 ? null : { crew: { name: crew.name, sha256: contentHash(crew), file }, missing };
}

/** Stores what a person allowed for an own or trusted crew. @returns why that failed, or null */
export async function allowServer(
  { crew, missing }: Consent,
  { trustFile }: Pick<DataFolders, 'trustFile'>,
): Promise<string | null> {
  const stored = await updateTrust(trustFile, (record) => withGrants(record, grantsOf(missing), crew.sha256));
  return stored.ok ? null : stored.message;
}
