import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { descriptorOf } from './descriptors.ts';

/**
 * Returns the parameter that makes a provider answer in the form of a JSON Schema; none if the provider does not declare
 * that it can, or if the schema is not one of an object, which no provider accepts. The answer is checked in any case.
 */
export function answerFormat({ provider }: Pick<ModelAccess, 'provider'>, schema: unknown): AnswerFormat {
  if (!descriptorOf({ name: provider }).hasJsonSchema || !isObject(schema) || schema.type !== 'object') return {};
  const strict = isStrict(schema) ? { strict: true } : {};
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, ...strict } } };
}

export interface AnswerFormat {
  response_format?: object;
}

/** Whether providers can enforce a schema: each object requires all of its properties and permits no others. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isObject(schema)) return true;
  return isClosed(schema) && Object.values(schema).every(isStrict);
}

function isClosed({ type, properties, required, additionalProperties }: Record<string, unknown>): boolean {
  if (type !== 'object') return true;
  const names = isObject(properties) ? Object.keys(properties) : [];
  return additionalProperties === false && Array.isArray(required) && names.every((name) => required.includes(name));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
