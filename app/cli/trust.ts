import { allowWorkspace, revokeTrust, trustPath } from '../launch/trust/trust.ts';
import { readTrust } from '../launch/trust/trust-store.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { stripControlCharacters, table } from './text.ts';

export interface TrustOptions {
  list?: boolean;
  revoke?: string;
  workspace?: string;
  anyName?: boolean;
  json?: boolean;
}

/** Runs `trust …`: stores, revokes or lists what a person allows crews from elsewhere to do. */
export async function trust(context: CliContext, path: string | undefined, options: TrustOptions): Promise<ExitCode> {
  const { io } = context;
  const { list, revoke, workspace, json } = options;
  const choices = [path, list, revoke, workspace].filter((each) => each !== undefined).length;
  if (choices !== 1 || (options.anyName && workspace === undefined))
    return refuse(io, [problemOf('usage', ONE_CHOICE)], { json });
  if (list) return listTrust(context, json === true);
  if (revoke !== undefined) return revokePath(context, revoke, json);
  if (workspace !== undefined) return confirmWorkspace(context, workspace, options);
  return trustGivenPath(context, path ?? '', json);
}

const ONE_CHOICE =
  'Give a crew file or a folder, or one of --list, --revoke PATH and --workspace DIR. --any-name belongs to --workspace.';

async function trustGivenPath({ io, folders }: CliContext, path: string, json?: boolean): Promise<ExitCode> {
  const trusted = await trustPath(path, folders);
  if (!trusted.ok) return refuse(io, trusted.problems, { json, file: path });
  if (trusted.what === 'folder') io.stderr(`You trust the crew files in ${trusted.path}.\n`);
  else io.stderr(`You trust ${trusted.path} as it is now. A run of this crew:\n`);
  for (const { sentence } of trusted.permissions) io.stderr(`  ${sentence}\n`);
  return EXIT.ok;
}

async function revokePath({ io, folders }: CliContext, path: string, json?: boolean): Promise<ExitCode> {
  const revoked = await revokeTrust(path, folders);
  if (!revoked.ok) return refuse(io, revoked.problems, { json });
  io.stderr(`You no longer trust ${revoked.path}.\n`);
  if (revoked.stillIn !== null)
    io.stderr(`The file is still trusted because you trust the folder ${revoked.stillIn}. Revoke the folder too.\n`);
  return EXIT.ok;
}

async function confirmWorkspace(
  { io, folders }: CliContext,
  path: string,
  { anyName, json }: TrustOptions,
): Promise<ExitCode> {
  const allowed = await allowWorkspace(path, anyName === true, folders);
  if (!allowed.ok) return refuse(io, allowed.problems, { json });
  const names = anyName ? ', and can write every name there' : '';
  io.stderr(`Own and trusted crews can use ${allowed.path} as their workspace${names}.\n`);
  return EXIT.ok;
}

async function listTrust({ io, folders }: CliContext, json: boolean): Promise<ExitCode> {
  const { crews, folders: trusted, grants } = await readTrust(folders.trustFile);
  if (json) {
    io.stdout(`${JSON.stringify({ crews, folders: trusted, grants }, null, 2)}\n`);
    return EXIT.ok;
  }
  const rows = [
    ...crews.map(({ sha256, file }) => ['crew', `${file ?? 'not in a file'} (${sha256.slice(0, 12)})`]),
    ...trusted.map((folder) => ['folder', folder]),
    ...grants.map(({ grant }) => [GRANTS[grant.split(' ')[0] ?? ''] ?? '', grant.slice(grant.indexOf(' ') + 1)]),
  ];
  io.stdout(table(rows.map((row) => row.map(stripControlCharacters))));
  if (rows.length === 0) io.stderr('Nothing is trusted.\n');
  return EXIT.ok;
}

/** Labels of grants by their first word. */
const GRANTS: Readonly<Record<string, string>> = {
  key: 'key for address',
  workspace: 'workspace',
  any_name: 'any name in',
  command: 'command',
  script: 'script',
  database: 'database',
  keys: 'keys for server',
};
