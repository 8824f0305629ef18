import { workspaceGrant } from '../../../shared/trust/grants.ts';
import type { TrustRecord } from './trust-store.ts';

/** The grant that lets tools write every name in a folder that Crewlane did not create. @param path its real path */
export function anyNameGrant(path: string): string {
  return `any_name ${path}`;
}

/** Adds a crew that was created or saved on this machine. @param sha256 its content hash */
export function withOwn(record: TrustRecord, sha256: string): TrustRecord {
  return record.own.includes(sha256) ? record : { ...record, own: [...record.own, sha256] };
}

/** Adds a crew that a person trusted, with its permissions. @param file the real path of the crew file */
export function withCrew(
  record: TrustRecord,
  { sha256, file, grants }: { sha256: string; file: string | null; grants: readonly string[] },
): TrustRecord {
  const crews = record.crews.filter((crew) => crew.sha256 !== sha256 || crew.file !== file);
  return withGrants({ ...record, crews: [...crews, { sha256, file }] }, grants, sha256);
}

/** Adds a folder whose crew files a person trusted. @param folder its real path */
export function withFolder(record: TrustRecord, folder: string): TrustRecord {
  return record.folders.includes(folder) ? record : { ...record, folders: [...record.folders, folder] };
}

/** Adds grants. @param crew the content hash of the crew that they apply to, or null */
export function withGrants(record: TrustRecord, grants: readonly string[], crew: string | null): TrustRecord {
  if (grants.length === 0) return record;
  const known = record.grants.filter((each) => each.crew !== crew || !grants.includes(each.grant));
  return { ...record, grants: [...known, ...grants.map((grant) => ({ grant, crew }))] };
}

/**
 * Revokes trust in a crew: its current content, every content that was trusted under this file, and all their grants.
 * @param sha256 null if the file can no longer be read
 */
export function withoutCrew(record: TrustRecord, file: string, sha256: string | null): TrustRecord {
  const revoked = new Set(record.crews.filter((crew) => crew.file === file).map((crew) => crew.sha256));
  if (sha256 !== null) revoked.add(sha256);
  return {
    ...record,
    own: record.own.filter((each) => !revoked.has(each)),
    crews: record.crews.filter((crew) => !revoked.has(crew.sha256)),
    grants: record.grants.filter(({ crew }) => crew === null || !revoked.has(crew)),
  };
}

/** Revokes trust in a folder, also as a workspace. @param folder its real path */
export function withoutFolder(record: TrustRecord, folder: string): TrustRecord {
  const revoked = [workspaceGrant(folder), anyNameGrant(folder)];
  return {
    ...record,
    folders: record.folders.filter((each) => each !== folder),
    grants: record.grants.filter(({ grant }) => !revoked.includes(grant)),
  };
}
