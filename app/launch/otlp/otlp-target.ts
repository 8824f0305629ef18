import { holdsCredentials } from '../../../shared/crew/address.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The collector that receives a trace. */
export interface OtlpTarget {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

export type OtlpTargetResult = { ok: true; target: OtlpTarget | null } | { ok: false; message: string };

const TRACES_PATH = 'v1/traces';
const DEFAULT_TIMEOUT_MS = 10_000;
/** The maximum timeout. It also replaces 0, which means no timeout in OpenTelemetry. */
const LONGEST_TIMEOUT_MS = 600_000;

/**
 * Returns where traces are sent: to the given address, or as the variables `OTEL_EXPORTER_OTLP_*` specify. The target is
 * null if neither is set. `/v1/traces` is added to an address that does not end with it, except to
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, as OpenTelemetry specifies.
 */
export function otlpTarget(given: string | null, environment: Environment): OtlpTargetResult {
  const of = (name: string) =>
    environment[`OTEL_EXPORTER_OTLP_TRACES_${name}`]?.trim() ||
    environment[`OTEL_EXPORTER_OTLP_${name}`]?.trim() ||
    null;
  const isOff = environment['OTEL_SDK_DISABLED'] === 'true' || environment['OTEL_TRACES_EXPORTER'] === 'none';
  if (given === null && isOff) return { ok: true, target: null };
  const exact = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim() || null;
  const base = given ?? environment['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim() ?? null;
  const named = given === null && exact !== null ? exact : base === null || base === '' ? null : base;
  if (named === null) return { ok: true, target: null };
  if (given === null && of('PROTOCOL') === 'grpc') {
    const message =
      'Traces are sent by HTTP only. Set OTEL_EXPORTER_OTLP_PROTOCOL to http/json, and the address to the HTTP port of the collector, usually 4318.';
    return { ok: false, message };
  }
  if (!URL.canParse(named) || !/^https?:$/.test(new URL(named).protocol))
    return {
      ok: false,
      message: 'The address for traces must begin with http:// or https://, such as http://127.0.0.1:4318.',
    };
  const url = new URL(named);
  if (holdsCredentials(named))
    return {
      ok: false,
      message: 'The address for traces contains a user name, password or key. Use OTEL_EXPORTER_OTLP_HEADERS.',
    };
  if (named !== exact || given !== null) url.pathname = withTracesPath(url.pathname);
  return {
    ok: true,
    target: { url: url.href, headers: headersOf(of('HEADERS') ?? ''), timeoutMs: timeoutOf(of('TIMEOUT')) },
  };
}

function withTracesPath(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.endsWith(`/${TRACES_PATH}`) ? trimmed : `${trimmed}/${TRACES_PATH}`;
}

/** Headers as OpenTelemetry writes them: `name=value,other=value`, with encoded values. */
function headersOf(text: string): Record<string, string> {
  const entries = text.split(',').flatMap((entry) => {
    const at = entry.indexOf('=');
    const name = entry.slice(0, Math.max(0, at)).trim().toLowerCase();
    return name === '' ? [] : [[name, decoded(entry.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(entries);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function timeoutOf(text: string | null): number {
  const ms = Number(text ?? DEFAULT_TIMEOUT_MS);
  if (!Number.isFinite(ms) || ms < 0) return DEFAULT_TIMEOUT_MS;
  return ms === 0 ? LONGEST_TIMEOUT_MS : Math.min(ms, LONGEST_TIMEOUT_MS);
}
