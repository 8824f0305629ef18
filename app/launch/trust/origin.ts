import type { Crew } from '../../../shared/crew/schema.ts';
import type { Origin } from '../../../shared/trust/permissions.ts';
import { isInside, realPathOf } from '../../base/contained-path.ts';
import { contentHash } from './content-hash.ts';
import type { TrustRecord } from './trust-store.ts';

/**
 * Determines the origin of a crew from its content or from the real path of its file.
 * @param file the file that the crew was read from; null for a crew that was never saved
 */
export async function originOf(record: TrustRecord, crew: Crew, file: string | null): Promise<Origin> {
  const sha256 = contentHash(crew);
  if (record.own.includes(sha256)) return 'own';
  if (record.crews.some((crew) => crew.sha256 === sha256)) return 'trusted';
  if (file === null || record.folders.length === 0) return 'foreign';
  const real = await realPathOf(file).catch(() => null);
  return real !== null && record.folders.some((folder) => isInside(folder, real)) ? 'trusted' : 'foreign';
}
