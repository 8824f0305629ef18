import { z } from 'zod';
import type { EditedElsewhere, FieldInfo, NameList } from './field-info.ts';

/** The numbers that a field accepts. Without `fractions`, only whole numbers. */
export interface NumberBounds {
  min?: number;
  max?: number;
  /** The number must be greater than this. */
  above?: number;
  fractions?: boolean;
}

/** The kinds of field that the inspector has a component for. */
export type FieldKind =
  /** `isLive`: the text is applied at each pause in typing, because every text is valid. */
  | { kind: 'text'; isLive: boolean }
  | { kind: 'long text'; lines: number }
  | { kind: 'number'; bounds: NumberBounds }
  | { kind: 'choice'; choices: Readonly<Record<string, string>> }
  | { kind: 'switch' }
  | { kind: 'name'; of: NameList }
  | { kind: 'names'; of: NameList }
  | { kind: 'text list' }
  | { kind: 'map' }
  | { kind: 'JSON'; isSchema: boolean }
  | { kind: 'own settings'; fields: readonly FormField[] }
  | { kind: 'custom'; custom: NonNullable<FieldInfo['custom']> };

/** A key of the crew file as a field of a form. */
export interface FormField {
  /** Keys from the object that the form edits to the value. */
  path: readonly string[];
  schema: z.core.$ZodType;
  info: FieldInfo;
  kind: FieldKind;
  /** Whether the key is optional and has no default. */
  isOptional: boolean;
  /** The default value of a missing key. */
  standard: unknown;
}

/** A table of the keys of any object. */
export type AnyTable = { readonly [key: string]: AnyInfo };
type AnyInfo = OwnInfo | { fields: AnyTable; own?: FieldInfo } | EditedElsewhere;
type OwnInfo = FieldInfo & { choices?: Readonly<Record<string, string>> };

/** Returns the fields of an object's form, in the order of the table. Objects that are always present are flattened. */
export function formFields(schema: z.ZodObject, table: AnyTable, path: readonly string[] = []): FormField[] {
  return Object.entries(table).flatMap(([key, info]) => {
    const own: z.core.$ZodType | undefined = schema.shape[key];
    if (own === undefined || 'editedIn' in info) return [];
    if (!('fields' in info)) return [fieldOf(own, info, [...path, key])];
    const inner = withoutWrappers(own);
    if (!(inner instanceof z.ZodObject)) throw new Error(`"${key}" has a table of fields, but is not an object.`);
    if (info.own === undefined) return formFields(inner, info.fields, [...path, key]);
    const kind: FieldKind = { kind: 'own settings', fields: formFields(inner, info.fields, [...path, key]) };
    return [{ ...fieldOf(own, info.own, [...path, key]), kind }];
  });
}

function fieldOf(schema: z.core.$ZodType, info: OwnInfo, path: readonly string[]): FormField {
  return {
    path,
    schema,
    info,
    kind: kindOf(withoutWrappers(schema), info),
    isOptional: schema instanceof z.ZodOptional,
    standard: schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined,
  };
}

/** Returns the kind of field for a schema. Schemas that fit no other kind are edited as JSON. */
function kindOf(schema: z.core.$ZodType, info: OwnInfo): FieldKind {
  if (info.custom !== undefined) return { kind: 'custom', custom: info.custom };
  if (schema instanceof z.ZodNumber) return { kind: 'number', bounds: boundsOf(schema) };
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: info.choices ?? {} };
  if (isText(schema)) return textKind(schema, info);
  if (schema instanceof z.ZodArray && isText(schema.element)) {
    return info.names === undefined ? { kind: 'text list' } : { kind: 'names', of: info.names };
  }
  if (schema instanceof z.ZodRecord && isText(schema.valueType)) return { kind: 'map' };
  return { kind: 'JSON', isSchema: info.isJsonSchema === true };
}

function textKind(schema: z.ZodType, { names, lines }: OwnInfo): FieldKind {
  if (names !== undefined) return { kind: 'name', of: names };
  if (lines !== undefined) return { kind: 'long text', lines };
  return { kind: 'text', isLive: !(schema instanceof z.ZodStringFormat) };
}

function isText(schema: z.core.$ZodType): schema is z.ZodType {
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat;
}

/** Returns the bounds in the schema. Bounds of all whole numbers are left out. */
function boundsOf(schema: z.ZodNumber): NumberBounds {
  const { type, minimum, maximum, exclusiveMinimum } = z.toJSONSchema(schema, { io: 'input' });
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : undefined;
  const isWhole = type === 'integer';
  const min = isWhole && above !== undefined ? above + 1 : minimum;
  return {
    ...(min === undefined || min === Number.MIN_SAFE_INTEGER ? {} : { min }),
    ...(isWhole || above === undefined ? {} : { above }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { max: maximum }),
    ...(isWhole ? {} : { fractions: true }),
  };
}

/** Returns the schema of a present value. */
function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? withoutWrappers(schema.def.innerType) : schema;
}
