import { Code, type SourceClass, type SourceObject, type SourceValue } from '../../../../shared/import/source.ts';
import type { PythonClass } from './parse-python.ts';

const SIMPLE: Readonly<Record<string, SourceObject>> = {
  str: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  dict: { type: 'object' },
  Dict: { type: 'object' },
  list: { type: 'array' },
  List: { type: 'array' },
  Any: {},
  datetime: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  HttpUrl: { type: 'string' },
  EmailStr: { type: 'string' },
};

/** Names of pydantic's constraints of a number in JSON Schema. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  ge: 'minimum',
  le: 'maximum',
  gt: 'exclusiveMinimum',
  lt: 'exclusiveMaximum',
};

type Lookup = (name: string) => PythonClass | undefined;

/** Returns the JSON Schema of a pydantic model whose fields have plain types. Validators and defaults are not run. */
export function pydanticSchema(model: PythonClass, classOf: Lookup, open: readonly string[] = []): SourceClass {
  if (open.includes(model.name)) return { ok: false, why: `The class ${model.name} contains itself.` };
  const properties: SourceObject = {};
  const required: string[] = [];
  for (const { name, type, value } of model.fields) {
    const schema = typeSchema(type, (nested) => nestedSchema(nested, classOf, [...open, model.name]));
    if (schema === null) return { ok: false, why: `The type of its field "${name}", ${type}, is not plain.` };
    properties[name] = { ...schema, ...fieldKeys(value, schema) };
    if (isRequired(value)) required.push(name);
  }
  if (model.fields.length === 0) return { ok: false, why: `The class ${model.name} has no fields.` };
  return { ok: true, schema: { type: 'object', properties, ...(required.length === 0 ? {} : { required }) } };
}

function nestedSchema(name: string, classOf: Lookup, open: readonly string[]): SourceObject | null {
  const model = classOf(name);
  if (model === undefined) return null;
  const schema = pydanticSchema(model, classOf, open);
  return schema.ok ? schema.schema : null;
}

/** Returns the JSON Schema of a type, such as `Optional[List[str]]`; null if it is not plain. */
function typeSchema(type: string, nested: (name: string) => SourceObject | null): SourceObject | null {
  const plain = type
    .trim()
    .replace(/^(typing|t|datetime)\./, '')
    .replace(/^["'](.*)["']$/, '$1');
  const alternatives = splitTop(plain, '|').map((each) => each.trim());
  if (alternatives.length > 1) return anyOf(alternatives, nested);
  const [, outer, inner] = /^(\w+)\s*\[([\s\S]*)\]$/.exec(plain) ?? [];
  if (outer === undefined || inner === undefined) {
    if (plain === 'None') return { type: 'null' };
    return (Object.hasOwn(SIMPLE, plain) ? SIMPLE[plain] : undefined) ?? nested(plain);
  }
  const parts = splitTop(inner, ',').map((each) => each.trim());
  const first = parts[0] ?? '';
  switch (outer.toLowerCase()) {
    case 'optional':
      return anyOf([first, 'None'], nested);
    case 'union':
      return anyOf(parts, nested);
    case 'list':
    case 'set':
    case 'sequence': {
      const items = typeSchema(first, nested);
      return items === null ? null : { type: 'array', items };
    }
    case 'dict': {
      const values = typeSchema(parts[1] ?? 'Any', nested);
      return values === null ? null : { type: 'object', additionalProperties: values };
    }
    case 'literal': {
      const texts = parts.map((each) => /^["'](.*)["']$/.exec(each)?.[1]);
      return texts.every((each) => each !== undefined) ? { type: 'string', enum: texts } : null;
    }
    case 'annotated':
      return typeSchema(first, nested);
    default:
      return null;
  }
}

function anyOf(types: readonly string[], nested: (name: string) => SourceObject | null): SourceObject | null {
  const schemas = types.map((each) => typeSchema(each, nested));
  return schemas.every((each) => each !== null) ? { anyOf: schemas } : null;
}

/** Splits at a character that is outside of brackets. */
function splitTop(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '[') depth += 1;
    if (char === ']') depth -= 1;
    if (char === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

/** The description and the limits in `Field(…)`. */
function fieldKeys(value: SourceValue | undefined, schema: SourceObject): SourceObject {
  if (!(value instanceof Code) || value.call?.name !== 'Field') return {};
  const { named } = value.call;
  const keys: SourceObject = {};
  if (typeof named['description'] === 'string') keys['description'] = named['description'];
  for (const [key, name] of Object.entries(CONSTRAINTS)) if (typeof named[key] === 'number') keys[name] = named[key];
  const unit = schema['type'] === 'array' ? 'Items' : 'Length';
  for (const end of ['min', 'max']) {
    const limit = named[`${end}_length`] ?? named[`${end}_items`];
    if (typeof limit === 'number') keys[`${end}${unit}`] = limit;
  }
  return keys;
}

/** A field is required unless it has a default. `Field(...)` and `Field(description=…)` have none. */
function isRequired(value: SourceValue | undefined): boolean {
  if (value === undefined) return true;
  if (!(value instanceof Code) || value.call?.name !== 'Field') return false;
  const { positional, named } = value.call;
  const [first] = positional;
  const isEllipsis = first instanceof Code && first.text === '...';
  return (
    (first === undefined || isEllipsis) && named['default'] === undefined && named['default_factory'] === undefined
  );
}
