import type { Crew } from '../../../shared/crew/schema.ts';
import { serializeCrew } from '../../../shared/crew/serialize.ts';
import { sha256 } from '../../base/hash.ts';

/** SHA-256 of the parts of a crew that affect runs, in hex. The layout does not affect runs and is left out. */
export function contentHash(crew: Crew): string {
  return sha256(serializeCrew({ ...crew, layout: { nodes: {}, groups: [] } }));
}
