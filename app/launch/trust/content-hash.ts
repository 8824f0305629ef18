import { createHash } from 'node:crypto';
import type { Project } from '../../../shared/project/schema.ts';
import { serializeProject } from '../../../shared/project/serialize.ts';

/** SHA-256 of what a crew does, in hexadecimal digits. Its layout changes nothing of what runs and is left out. */
export function contentHash(project: Project): string {
  return createHash('sha256')
    .update(serializeProject({ ...project, layout: { nodes: {}, groups: [] } }))
    .digest('hex');
}
