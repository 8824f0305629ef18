import { fileOf, partsOf } from '../../../shared/crew/link.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { Origin } from '../../../shared/trust/permission.ts';
import { isInside, realPathOf } from '../../base/contained-path.ts';
import { contentHash } from '../../crew-file/content-hash.ts';
import type { TrustRecord } from './trust-store.ts';

/**
 * Determines the origin of a crew from its content or from the real path of its file. If a crew runs other files, the
 * least trusted origin of all files applies.
 * @param file the file that the crew was read from; null for a crew that was never saved
 * @param known the origin of the run's own file, if the caller knows it; null: its content and its path decide
 */
export async function originOf(
  record: TrustRecord,
  crew: Crew,
  file: string | null,
  known: Origin | null = null,
): Promise<Origin> {
  const whole = originOfHash(record, contentHash(crew));
  if (whole !== 'foreign') return whole;
  if (await isInTrustedFolder(record, file)) return 'trusted';
  const own = known ?? originOfHash(record, contentHash(fileOf(crew)));
  const parts = partsOf(crew).map(([, { sha256 }]) => (sha256 === '' ? 'foreign' : originOfHash(record, sha256)));
  return LEAST_FIRST.find((origin) => [own, ...parts].includes(origin)) ?? own;
}

const LEAST_FIRST: readonly Origin[] = ['foreign', 'trusted', 'own'];

function originOfHash(record: TrustRecord, hash: string): Origin {
  if (record.own.includes(hash)) return 'own';
  return record.crews.some(({ sha256 }) => sha256 === hash) ? 'trusted' : 'foreign';
}

/** Files that a crew runs are below its own file, so that they are in the same folder. */
async function isInTrustedFolder(record: TrustRecord, file: string | null): Promise<boolean> {
  if (file === null || record.folders.length === 0) return false;
  const real = await realPathOf(file).catch(() => null);
  return real !== null && record.folders.some((folder) => isInside(folder, real));
}
