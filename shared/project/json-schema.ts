import { z } from 'zod';
import { crewSchema } from './schema.ts';

/**
 * The JSON Schema of crew files for editors (`crew.schema.json`), as text. It says what a single value may be; the rules
 * that join several values are `check.ts` alone.
 */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(crewSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Crewlane crew project' }, null, 2)}\n`;
}
