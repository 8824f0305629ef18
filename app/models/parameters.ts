import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import type { AnswerFormat } from './answer-format.ts';
import { descriptorOf, type LengthField } from './descriptors.ts';
import { namesOf, type ServerError } from './server-error.ts';

/** What a model at an endpoint does not accept. */
export interface Learned {
  /** The parameter for the longest answer, if it is not the descriptor's. */
  lengthField: LengthField | null;
  /** Parameters, and fields of messages that were to be sent back. */
  leftOut: ReadonlySet<string>;
  /** The model, or its server, refuses tools: they are described in the text. */
  hasNoTools: boolean;
}

const NOTHING: Learned = { lengthField: null, leftOut: new Set(), hasNoTools: false };

/** Servers refuse a parameter with these statuses: 400, and 422 if they validate the body. */
export function canNameParameter(status: number): boolean {
  return status === 400 || status === 422;
}

/** Phrases of servers that reject a parameter, or every value except its default. */
const NOT_TAKEN =
  /unsupported|not supported|does(?: not|n't) support|only the default|unrecognized|unknown|unexpected|deprecated|extra (?:inputs|fields)|extra_forbidden|not permitted|not allowed|no longer/i;
/** Words about a value that a person can correct. */
const WRONG_VALUE =
  /too (?:large|high|small|low|big)|at most|at least|exceed|between|less than|greater than|maximum|minimum|range/i;
const LENGTH_FIELDS: readonly string[] = ['max_tokens', 'max_completion_tokens'] satisfies LengthField[];

/** The parameters that each model at each endpoint accepts, as learned from refusals. */
export class Parameters {
  readonly #learned = new Map<string, Learned>();

  /** Known limits of a model at its endpoint. */
  of(access: ModelAccess): Learned {
    return this.#learned.get(keyOf(access)) ?? NOTHING;
  }

  /**
   * Learns from a refusal that names something that was sent and can be left out. @param echoed the fields of messages
   * that were sent back @param format which form of answer was requested @returns whether it did: the call can be made again, with the parameter under its other name or
   * without it
   */
  learn(access: ModelAccess, error: ServerError, echoed: ReadonlySet<string>, format: AnswerFormat = {}): boolean {
    const known = this.of(access);
    const sent = optionsOf(access, known, format);
    const fields = [...echoed].map(fieldOfMessage);
    const isFormat = 'response_format' in format && 'response_format' in sent && namesFormat(error);
    const name = isFormat
      ? 'response_format'
      : refusedName([...Object.keys(sent).sort(longestFirst), ...fields], error);
    if (name === null) return false;
    const other = LENGTH_FIELDS.includes(name) ? otherLength(name, known) : null;
    const next = other === null ? { ...known, leftOut: new Set([...known.leftOut, name]) } : other;
    this.#learned.set(keyOf(access), next);
    return true;
  }

  /** Learns that a model, or its server as it was started, has no tools. */
  learnNoTools(access: ModelAccess): void {
    this.#learned.set(keyOf(access), { ...this.of(access), hasNoTools: true });
  }

  clear(): void {
    this.#learned.clear();
  }
}

/**
 * The optional parameters of a call, given what is known about the model: those of the settings, and those that the
 * crew file adds, which can replace or remove them.
 */
export function optionsOf(
  access: ModelAccess,
  { lengthField, leftOut }: Learned,
  format: AnswerFormat = {},
): Record<string, unknown> {
  const { model, temperature, max_tokens, parameters = {} } = access;
  const descriptor = descriptorOf({ name: access.provider });
  const all: Record<string, unknown> = {
    ...format,
    ...(descriptor.usage === 'ask' ? { stream_options: { include_usage: true } } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(max_tokens === undefined || hasOwnLength(parameters)
      ? {}
      : { [lengthField ?? descriptor.lengthField(model)]: max_tokens }),
    ...parameters,
  };
  const kept = Object.entries(all).filter(([name, value]) => {
    return value !== null && !leftOut.has(name) && !(name === 'temperature' && isFixed(access, value));
  });
  return Object.fromEntries(kept);
}

/** The name under which a field of messages is left out. A parameter may have the same name. */
export function fieldOfMessage(field: string): string {
  return `messages.${field}`;
}

/** Notes for people about settings that were not sent as they are. `stream_options` is not a setting. */
export function adjustmentsOf(access: ModelAccess, learned: Learned): string[] {
  const leftOut = leftOutOf(access, learned);
  const { max_tokens, parameters = {} } = access;
  const isRenamed =
    max_tokens !== undefined &&
    !hasOwnLength(parameters) &&
    !leftOut.includes('max_tokens') &&
    learned.lengthField === 'max_completion_tokens';
  const renamed = isRenamed ? ['max_tokens was sent as max_completion_tokens'] : [];
  return [...leftOut.map((name) => `${name} was left out`), ...renamed];
}

/** The names of settings that are not sent, because the model does not accept them. */
export function leftOutOf(access: ModelAccess, learned: Learned): string[] {
  const sent = optionsOf(access, learned);
  const { temperature, max_tokens, parameters = {} } = access;
  const named = Object.keys({ ...(temperature === undefined ? {} : { temperature }), ...parameters });
  const omitted = named.filter((name) => !(name in sent) && parameters[name] !== null);
  const hasLength = max_tokens === undefined || hasOwnLength(parameters) || LENGTH_FIELDS.some((name) => name in sent);
  return hasLength ? omitted : [...omitted, 'max_tokens'];
}

/** Whether the crew file sets the length under a name of its own, or removes it. */
function hasOwnLength(parameters: NonNullable<ModelAccess['parameters']>): boolean {
  return LENGTH_FIELDS.some((name) => name in parameters);
}

function isFixed(access: ModelAccess, temperature: unknown): boolean {
  const { fixedTemperature } = descriptorOf({ name: access.provider });
  return temperature !== 1 && fixedTemperature !== null && fixedTemperature.test(access.model);
}

/** Whether a refusal is about the requested form of the answer, or about its schema. The answer is checked anyway. */
function namesFormat({ message, param }: ServerError): boolean {
  return /response_?format|json_schema|\bschema\b|structured output/i.test(`${param ?? ''} ${message}`);
}

/** The length under its other name, if that was not refused yet. */
function otherLength(refused: string, known: Learned): Learned | null {
  if (known.lengthField !== null) return null;
  const lengthField = refused === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  return { ...known, lengthField };
}

/** @param candidates what was sent and can be left out, longer names first */
function refusedName(candidates: readonly string[], error: ServerError): string | null {
  const { message, type, param } = error;
  const names = namesOf(error);
  const hasCode = names.some((name) => name.startsWith('unsupported_') || name === 'unknown_parameter');
  if (!hasCode && type !== 'extra_forbidden' && !NOT_TAKEN.test(message)) return null;
  if (WRONG_VALUE.test(message) && !hasCode && type !== 'extra_forbidden') return null;
  if (param) {
    const [first = '', ...steps] = param.split(/[.[\]]+/);
    const isNamed = (name: string) =>
      first === name || (first === 'messages' && steps.map(fieldOfMessage).includes(name));
    return candidates.find(isNamed) ?? null;
  }
  return candidates.find((name) => namedIn(message, name.replace(/^messages\./, ''))) ?? null;
}

function namedIn(message: string, name: string): boolean {
  return new RegExp(`(?<![\\w.])${name.replaceAll(/[^\w]/g, '\\$&')}(?!\\w)`).test(message);
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}

function keyOf({ provider, base_url, model }: ModelAccess): string {
  return JSON.stringify([provider, base_url, model]);
}
