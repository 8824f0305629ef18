import type { Project } from '../../../shared/project/schema.ts';
import {
  grantsOf,
  missingPermissions,
  type Origin,
  type Permission,
  permissionsOf,
} from '../../../shared/trust/permissions.ts';
import { realPathOf } from '../../project/real-path.ts';
import { planWorkspace, type WorkspaceChoice, type WorkspacePlan } from '../../project/workspace.ts';
import type { KeyFor } from '../carrier.ts';
import type { DataFolders } from '../data-folder.ts';
import type { ModelChoice, ModelOverrides } from '../models.ts';
import { contentHash } from './content-hash.ts';
import { modelCalls } from './model-calls.ts';
import { originOf } from './origin.ts';
import { anyNameGrant, withCrew, withGrants, withOwn } from './trust-changes.ts';
import { readTrust, updateTrust } from './trust-store.ts';

export interface PermitQuestion {
  project: Project;
  file: string | null;
  /** The file ships with the application. */
  isShipped: boolean;
  /** The crew's origin as the caller knows it, from before the crew was edited; else what is stored decides. */
  known: Origin | null;
  /** The person trusts the crew now, as with `--trust`. */
  trust: boolean;
  rehearsal: boolean;
  overrides: ModelOverrides;
  agents: ReadonlyMap<string, ModelChoice>;
  workspace: WorkspaceChoice | null;
  keyFor: KeyFor;
  folders: Pick<DataFolders, 'trustFile' | 'workspaces'>;
}

/** A run may start. Nothing was stored yet. */
export interface Permit {
  workspace: WorkspacePlan;
  /** How a workspace that had content is marked. */
  confirmedAs: 'existing' | 'any_name';
  /** What `storePermit` stores. */
  crew: { sha256: string; file: string | null; isOwn: boolean; isTrusted: boolean; grants: readonly string[] };
}

export type Permitted =
  | { ok: true; permit: Permit }
  | { ok: false; kind: 'consent'; missing: Permission[] }
  | { ok: false; kind: 'workspace'; message: string; path: string };

/** Decides whether a run may start, from the crew, what is stored about it, and the disk. Nothing is written. */
export async function permitRun(question: PermitQuestion): Promise<Permitted> {
  const { project, file, isShipped, known, trust, rehearsal, overrides, agents, keyFor, folders } = question;
  const record = await readTrust(folders.trustFile);
  const isKnown = known === 'own' || known === 'trusted';
  const stored: Origin = isShipped ? 'own' : isKnown ? known : await originOf(record, project, file);
  const origin = stored === 'foreign' && trust ? 'trusted' : stored;
  const planned = await planWorkspace({
    project,
    file: isShipped ? null : file,
    isForeign: origin === 'foreign',
    rehearsal,
    choice: question.workspace,
    dataWorkspaces: folders.workspaces,
  });
  if (!planned.ok) return { ok: false, kind: 'workspace', message: planned.message, path: planned.path };
  const { plan } = planned;
  const grants = new Set(record.grants.map(({ grant }) => grant));
  const sendsKey = (provider: string, address: string) => keyFor(provider, address) !== null;
  const calls = rehearsal ? [] : modelCalls({ project, overrides, agents, sendsKey });
  const permissions = permissionsOf(project, origin, { file, rehearsal, calls, workspace: plan, grants });
  const missing = missingPermissions(permissions);
  if (missing.length > 0 && !trust) return { ok: false, kind: 'consent', missing };
  const isAnyName = grants.has(anyNameGrant(plan.path));
  return {
    ok: true,
    permit: {
      workspace: plan,
      confirmedAs: isAnyName ? 'any_name' : 'existing',
      crew: {
        sha256: contentHash(project),
        file: file === null ? null : await realPathOf(file),
        isOwn: stored === 'own',
        isTrusted: trust && stored === 'foreign',
        grants: trust ? grantsOf(permissions).filter((grant) => !grants.has(grant)) : [],
      },
    },
  };
}

/** Stores what a person allowed by starting the run. @returns why that failed, or null */
export async function storePermit({ crew }: Permit, trustFile: string): Promise<string | null> {
  if (!crew.isOwn && !crew.isTrusted && crew.grants.length === 0) return null;
  const stored = await updateTrust(trustFile, (record) => {
    const owned = crew.isOwn ? withOwn(record, crew.sha256) : record;
    return crew.isTrusted ? withCrew(owned, crew) : withGrants(owned, crew.grants, crew.sha256);
  });
  return stored.ok ? null : stored.message;
}
