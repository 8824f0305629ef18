/**
 * The origin of a crew.
 * - `own`: created in this application, or shipped with it.
 * - `trusted`: a person trusted this content, or the folder that the file is in.
 * - `foreign`: everything else.
 */
export type Origin = 'own' | 'trusted' | 'foreign';

/** What a run can do to anything outside itself. */
export type Capability =
  | { kind: 'call'; provider: string; model: string; address: string }
  | { kind: 'send_key'; provider: string; address: string }
  | { kind: 'workspace'; path: string; entries: number }
  | { kind: 'tool'; tool: string }
  | { kind: 'http'; name: string; url: string }
  | { kind: 'mcp_url'; server: string; url: string }
  | { kind: 'mcp_command'; server: string; command: string }
  | { kind: 'database'; database: string; key: string }
  | { kind: 'mail'; host: string }
  | { kind: 'script'; script: string; sha256: string }
  | { kind: 'prepare'; generator: string }
  | { kind: 'knowledge'; path: string };

/**
 * - `allowed`: nothing is asked.
 * - `needs_trust`: a person must trust the crew or its folder.
 * - `needs_grant`: the crew is own or trusted, and a person must allow this address, folder or command once.
 */
export type Decision = 'allowed' | 'needs_trust' | 'needs_grant';

/** One action that a run of the crew would take. */
export interface Permission {
  capability: Capability;
  decision: Decision;
  /** For people, complete: "Calls the model "m" of Ollama at http://…, which the file names." */
  sentence: string;
  /** The location in the file that names it, such as `agents[0].tools[1]`; empty if the file does not name it. */
  path: string;
  /** The key under which a grant is stored; null if trust in the crew is enough. */
  grant: string | null;
  /** The command that allows it; null for an unsaved crew, which only the window can run. */
  command: string | null;
}

/** Returns the permissions that a run lacks. */
export function missingPermissions(permissions: readonly Permission[]): Permission[] {
  return permissions.filter(({ decision }) => decision !== 'allowed');
}

/** Returns the grants to store when a person trusts the crew after seeing these permissions. */
export function grantsOf(permissions: readonly Permission[]): string[] {
  return [...new Set(permissions.flatMap(({ grant }) => grant ?? []))];
}
