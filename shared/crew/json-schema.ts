import { z } from 'zod';
import { crewSchema } from './schema.ts';

/**
 * Returns the JSON Schema of crew files for editors (`crew.schema.json`), as text. It covers single values; the rules
 * that combine several values are only in `check.ts`.
 */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(crewSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Crewlane crew project' }, null, 2)}\n`;
}
