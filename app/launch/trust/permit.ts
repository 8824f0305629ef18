import type { Crew } from '../../../shared/crew/schema.ts';
import { scriptGrant } from '../../../shared/trust/grants.ts';
import { grantsOf, missingPermissions, type Origin, type Permission } from '../../../shared/trust/permission.ts';
import { permissionsOf } from '../../../shared/trust/permissions.ts';
import { realPathOf } from '../../base/contained-path.ts';
import type { NamedFiles } from '../../base/named-files.ts';
import { contentHash } from '../../crew-file/content-hash.ts';
import { planWorkspace, type WorkspaceChoice, type WorkspacePlan } from '../../crew-file/workspace.ts';
import type { DataFolders } from '../data-folder.ts';
import type { ModelChoice, ModelOverrides } from '../models.ts';
import type { KeyFor } from '../named-key.ts';
import { modelCalls } from './model-calls.ts';
import { originOf } from './origin.ts';
import { anyNameGrant, withCrew, withGrants, withOwn } from './trust-changes.ts';
import { readTrust, type TrustRecord, updateTrust } from './trust-store.ts';

/** What a person is asked to allow before a crew runs. */
export interface Consent {
  /** The crew that would run: its name, its content hash, and the file that it was read from. */
  crew: { name: string; sha256: string; file: string | null };
  /** All permissions that the run needs and that were not granted yet. */
  missing: readonly Permission[];
}

/**
 * The person's decision for this run. `false`: no decision. `true`: the crew may do whatever it needs, as with
 * `--trust`. A `Consent`: the person agreed to exactly these permissions for exactly this content.
 */
export type TrustDecision = boolean | Consent;

export interface PermitQuestion {
  crew: Crew;
  /** The scripts of its tools. */
  scripts: NamedFiles;
  file: string | null;
  /** Whether the file ships with the application. */
  isShipped: boolean;
  /** The origin of the crew before it was edited, if the caller knows it; null means that the stored trust decides. */
  known: Origin | null;
  trust: TrustDecision;
  rehearsal: boolean;
  overrides: ModelOverrides;
  agents: ReadonlyMap<string, ModelChoice>;
  /** The model that makes embeddings; null if there is none. */
  embeddings: ModelChoice | null;
  workspace: WorkspaceChoice | null;
  keyFor: KeyFor;
  folders: Pick<DataFolders, 'trustFile' | 'workspaces'>;
}

/** Permission to start a run. Nothing has been stored yet. */
export interface Permit {
  workspace: WorkspacePlan;
  /** How to mark a workspace with existing content. */
  confirmedAs: 'existing' | 'any_name';
  /** The data that `storePermit` stores. */
  crew: {
    sha256: string;
    file: string | null;
    isOwn: boolean;
    isTrusted: boolean;
    isForeign: boolean;
    grants: readonly string[];
  };
}

export type PermitResult =
  | { ok: true; permit: Permit }
  | { ok: false; kind: 'consent'; consent: Consent }
  | { ok: false; kind: 'workspace'; message: string; path: string };

/** Decides whether a run may start, from the crew, the stored trust and the disk. Writes nothing. */
export async function permitRun(question: PermitQuestion): Promise<PermitResult> {
  const { crew, file, isShipped, trust, folders } = question;
  const record = await readTrust(folders.trustFile);
  const origin: Origin = isShipped ? 'own' : await originToRun(record, question);
  const isForeign = origin === 'foreign';
  const needs = await needsOf(question, record, origin, isForeign && trust === false);
  if (!needs.ok) return needs;
  const { plan, permissions } = needs;
  const identity = { name: crew.name, sha256: contentHash(crew), file };
  const missing = missingPermissions(permissions);
  if (missing.length > 0 && trust === false && isForeign) {
    // A trusted crew works next to its file, so the question is about that folder.
    const asTrusted = await needsOf(question, record, origin, false);
    if (!asTrusted.ok) return asTrusted;
    const consent = { crew: identity, missing: missingPermissions(asTrusted.permissions) };
    return { ok: false, kind: 'consent', consent };
  }
  if (missing.length > 0 && !covers(trust, identity.sha256, missing))
    return { ok: false, kind: 'consent', consent: { crew: identity, missing } };
  const grants = grantsIn(record);
  return {
    ok: true,
    permit: {
      workspace: plan,
      confirmedAs: grants.has(anyNameGrant(plan.path)) ? 'any_name' : 'existing',
      crew: {
        sha256: identity.sha256,
        file: file === null ? null : await realPathOf(file),
        isOwn: origin === 'own',
        isTrusted: trust !== false && isForeign,
        isForeign: trust === false && isForeign,
        grants: trust === false ? [] : grantsOf(permissions).filter((grant) => !grants.has(grant)),
      },
    },
  };
}

/** A known origin is that of the crew's own file. The files that its tasks run may have another one. */
async function originToRun(record: TrustRecord, { crew, file, known }: PermitQuestion): Promise<Origin> {
  const ofFile = known === 'own' || known === 'trusted' ? known : null;
  return ofFile !== null && !crew.linked ? ofFile : originOf(record, crew, file, ofFile);
}

/**
 * Returns the workspace and the permissions that the run needs. @param isScratch whether the crew works in the data
 * folder because it is not trusted
 */
async function needsOf(question: PermitQuestion, record: TrustRecord, origin: Origin, isScratch: boolean) {
  const { crew, scripts: files, file, isShipped, rehearsal, overrides, agents, embeddings } = question;
  const { workspace, keyFor, folders } = question;
  const planned = await planWorkspace({
    crew,
    sha256: contentHash(crew),
    file: isShipped ? null : file,
    isForeign: isScratch,
    rehearsal,
    choice: workspace,
    dataWorkspaces: folders.workspaces,
  });
  if (!planned.ok) return { ...planned, kind: 'workspace' as const };
  const { plan } = planned;
  const sendsKey = (provider: string, address: string) => keyFor(provider, address) !== null;
  const calls = rehearsal ? [] : modelCalls({ crew, overrides, agents, embeddings, sendsKey });
  const scripts = hashesOf(files);
  // The scripts of a shipped crew ship with the application too.
  const shipped = isShipped ? [...scripts].map(([script, hash]) => scriptGrant(script, hash)) : [];
  const grants = new Set([...grantsIn(record), ...shipped]);
  const choices = { file, rehearsal, calls, workspace: plan, grants, scripts };
  return { ok: true as const, plan, permissions: permissionsOf(crew, origin, choices) };
}

/** Returns the hashes of named files, by their paths. */
export function hashesOf(files: NamedFiles): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, { sha256 }]) => [path, sha256]));
}

function grantsIn({ grants }: TrustRecord): ReadonlySet<string> {
  return new Set(grants.map(({ grant }) => grant));
}

/**
 * Whether the person allowed all missing permissions. A crew or folder that changed since the question is not covered.
 */
function covers(trust: TrustDecision, sha256: string, missing: readonly Permission[]): boolean {
  if (typeof trust === 'boolean') return trust;
  const seen = new Set(trust.missing.map(identityOf));
  return trust.crew.sha256 === sha256 && missing.every((each) => seen.has(identityOf(each)));
}

function identityOf({ capability, grant }: Permission): string {
  return JSON.stringify([capability, grant]);
}

/** Stores the permissions that a person granted by starting the run. @returns why that failed, or null */
export async function storePermit({ crew }: Permit, trustFile: string): Promise<string | null> {
  if (!crew.isOwn && !crew.isTrusted && crew.grants.length === 0) return null;
  const stored = await updateTrust(trustFile, (record) => {
    const owned = crew.isOwn ? withOwn(record, crew.sha256) : record;
    return crew.isTrusted ? withCrew(owned, crew) : withGrants(owned, crew.grants, crew.sha256);
  });
  return stored.ok ? null : stored.message;
}
