import type { Crew } from '../../../shared/crew/schema.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_DEPTH = 3;

/**
 * Returns the names that an expression of a task can use: the results of its context with the fields of their schemas,
 * their statuses and choices, and the inputs of the crew.
 */
export function expressionNames({ tasks, inputs }: Crew, context: readonly string[]): string[] {
  const known = tasks.filter(({ name }) => context.includes(name));
  return [
    ...known.flatMap(({ name, output_schema: schema }) => fieldsOf(below('outputs', name), schema, MAX_DEPTH)),
    ...known.flatMap(({ name, choices = [] }) => choices.map((choice) => `"${choice}" in ${below('choices', name)}`)),
    ...known.map(({ name }) => `${below('statuses', name)} == "completed"`),
    ...Object.keys(inputs).map((name) => below('inputs', name)),
  ];
}

function below(object: string, name: string): string {
  return IDENTIFIER.test(name) ? `${object}.${name}` : `${object}[${JSON.stringify(name)}]`;
}

/** The fields of a JSON Schema below a value; a result without a schema is `{ text }`. */
function fieldsOf(value: string, schema: unknown, depth: number): string[] {
  if (schema === undefined) return [`${value}.text`];
  const properties = depth > 0 ? propertiesOf(schema) : [];
  if (properties.length === 0) return [value];
  return properties.flatMap(([name, inner]) => fieldsOf(below(value, name), inner, depth - 1));
}

function propertiesOf(schema: unknown): [string, unknown][] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
}
