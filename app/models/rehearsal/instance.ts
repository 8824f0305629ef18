import { z } from 'zod';

const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  default: z.json().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** The items of an array: enough to see tasks that run for each item side by side. */
const ITEMS = 3;

/** A small value that meets a JSON Schema of the usual kinds. */
export function instanceOf(json: unknown): unknown {
  const parsed = schemaSchema.safeParse(json);
  if (!parsed.success) return 'rehearsal';
  const schema = parsed.data;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  const branch = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (branch !== undefined) return instanceOf(branch);
  const type = Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? (schema.properties ? 'object' : 'string'));
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, value]) => [key, instanceOf(value)]),
      );
    case 'array':
      return Array.from({ length: lengthOf(schema) }, () => instanceOf(schema.items));
    case 'number':
    case 'integer':
      return Math.ceil(schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'rehearsal'.padEnd(schema.minLength ?? 0, '.');
  }
}

function lengthOf({ minItems = 0, maxItems = Number.POSITIVE_INFINITY }: z.infer<typeof schemaSchema>): number {
  return Math.min(Math.max(ITEMS, minItems), Math.max(minItems, maxItems));
}
