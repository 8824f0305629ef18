import { workspaceGrant } from '../../../shared/trust/permissions.ts';
import type { TrustRecord } from './trust-store.ts';

/** The grant that lets tools write every name in a folder that Crewlane did not create. @param path its real path */
export function anyNameGrant(path: string): string {
  return `any_name ${path}`;
}

/** Adds a crew that was created or saved here. @param sha256 its content hash */
export function withOwn(record: TrustRecord, sha256: string): TrustRecord {
  return record.own.includes(sha256) ? record : { ...record, own: [...record.own, sha256] };
}

/** Adds a crew that a person trusted, with what the person allowed it. @param file the real path that it was read from */
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

/** Adds what a person allowed. @param crew the content hash of the crew that it was allowed for, or null */
export function withGrants(record: TrustRecord, grants: readonly string[], crew: string | null): TrustRecord {
  if (grants.length === 0) return record;
  const known = record.grants.filter((each) => each.crew !== crew || !grants.includes(each.grant));
  return { ...record, grants: [...known, ...grants.map((grant) => ({ grant, crew }))] };
}

/**
 * Takes back trust in a crew: in its content now, in every content that was trusted under this file, and all that was
 * allowed for them. @param sha256 null where the file cannot be read any more
 */
export function withoutCrew(record: TrustRecord, file: string, sha256: string | null): TrustRecord {
  const gone = new Set(record.crews.filter((crew) => crew.file === file).map((crew) => crew.sha256));
  if (sha256 !== null) gone.add(sha256);
  return {
    ...record,
    own: record.own.filter((each) => !gone.has(each)),
    crews: record.crews.filter((crew) => !gone.has(crew.sha256)),
    grants: record.grants.filter(({ crew }) => crew === null || !gone.has(crew)),
  };
}

/** Takes back trust in a folder, and in the folder as a workspace. @param folder its real path */
export function withoutFolder(record: TrustRecord, folder: string): TrustRecord {
  const gone = [workspaceGrant(folder), anyNameGrant(folder)];
  return {
    ...record,
    folders: record.folders.filter((each) => each !== folder),
    grants: record.grants.filter(({ grant }) => !gone.includes(grant)),
  };
}
