import { fileOf, partsOf } from '../../shared/crew/link.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { sha256 } from '../base/hash.ts';

/**
 * SHA-256 of the parts of a crew that affect runs, in hex, with the crew files that its tasks run. The layout does not
 * affect runs and is left out.
 */
export function contentHash(crew: Crew): string {
  const own = serializeCrew({ ...fileOf(crew), layout: { nodes: {}, groups: [] } });
  const named = partsOf(crew).map(([path, part]) => `${part.sha256} ${path}\n`);
  return sha256([own, ...named.sort()].join(''));
}
