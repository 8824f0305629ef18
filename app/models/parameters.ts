import type { ModelAccess } from '../../shared/slot/protocol.ts';
import { namesOf, type ServerError } from './server-error.ts';

/** The parameters of a call that some models or servers do not accept. */
type Option = 'max_tokens' | 'max_completion_tokens' | 'temperature' | 'stream_options';
type Options = Partial<Record<Option, unknown>>;

/** Parameters that a model at an endpoint does not accept. */
export interface Learned {
  isLengthRenamed: boolean;
  leftOut: ReadonlySet<Option>;
}

const NOTHING: Learned = { isLengthRenamed: false, leftOut: new Set() };

/** Servers refuse a parameter with these statuses: 400, and 422 if they validate the body. */
export function canNameParameter(status: number): boolean {
  return status === 400 || status === 422;
}

/** Phrases of servers that reject a parameter, or every value of it but the default. */
const NOT_TAKEN =
  /unsupported|not supported|does(?: not|n't) support|only the default|unrecognized|unknown|unexpected|deprecated|extra (?:inputs|fields)|extra_forbidden|not permitted|not allowed|no longer/i;
/** Words about a value that a person can correct. */
const WRONG_VALUE =
  /too (?:large|high|small|low|big)|at most|at least|exceed|between|less than|greater than|maximum|minimum|range/i;

/** The parameters that each model at each endpoint accepts, as learned from refusals. */
export class Parameters {
  readonly #learned = new Map<string, Learned>();

  /** Known limits of a model at its endpoint. */
  of(access: ModelAccess): Learned {
    return this.#learned.get(keyOf(access)) ?? NOTHING;
  }

  /**
   * Learns from a refusal whose text names a parameter that was sent. @returns whether it did: the call can be made
   * again, with the parameter under its newer name or without it
   */
  learn(access: ModelAccess, error: ServerError): boolean {
    const known = this.of(access);
    const option = refusedOption(optionsOf(access, known), error);
    if (option === null) return false;
    const next: Learned =
      option === 'max_tokens'
        ? { ...known, isLengthRenamed: true }
        : { ...known, leftOut: new Set([...known.leftOut, option]) };
    this.#learned.set(keyOf(access), next);
    return true;
  }

  clear(): void {
    this.#learned.clear();
  }
}

/** The optional parameters of a call, given what is known about the model. */
export function optionsOf({ temperature, max_tokens }: ModelAccess, { isLengthRenamed, leftOut }: Learned): Options {
  const all: Options = {
    stream_options: { include_usage: true },
    ...(temperature === undefined ? {} : { temperature }),
    ...(max_tokens === undefined ? {} : { [isLengthRenamed ? 'max_completion_tokens' : 'max_tokens']: max_tokens }),
  };
  for (const option of leftOut) delete all[option];
  return all;
}

/** Notes for people about settings that were not sent. `stream_options` is not a setting. */
export function adjustmentsOf(access: ModelAccess, { isLengthRenamed, leftOut }: Learned): string[] {
  const isLengthSet = access.max_tokens !== undefined;
  const isLengthLeftOut = leftOut.has('max_completion_tokens');
  return [
    ...(access.temperature !== undefined && leftOut.has('temperature') ? ['temperature was left out'] : []),
    ...(isLengthSet && isLengthLeftOut ? ['max_tokens was left out'] : []),
    ...(isLengthSet && isLengthRenamed && !isLengthLeftOut ? ['max_tokens was sent as max_completion_tokens'] : []),
  ];
}

function refusedOption(sent: Options, error: ServerError): Option | null {
  const { message, type, param } = error;
  const names = namesOf(error);
  const isRefusal =
    names.includes('unsupported_parameter') ||
    names.includes('unsupported_value') ||
    NOT_TAKEN.test(message) ||
    type === 'extra_forbidden';
  if (!isRefusal || (WRONG_VALUE.test(message) && !names.some((name) => name.startsWith('unsupported_')))) return null;
  const options: Option[] = ['max_completion_tokens', 'max_tokens', 'temperature', 'stream_options'];
  const candidates = options.filter((option) => sent[option] !== undefined);
  const byParam = candidates.find((option) => param === option || param?.startsWith(`${option}.`));
  if (byParam || param) return byParam ?? null;
  return candidates.find((option) => new RegExp(`(?<![\\w.])${option}(?!\\w)`).test(message)) ?? null;
}

function keyOf({ provider, base_url, model }: ModelAccess): string {
  return JSON.stringify([provider, base_url, model]);
}
