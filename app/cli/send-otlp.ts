import { type OtlpTarget, otlpTarget } from '../launch/otlp/otlp-target.ts';
import { sendTrace } from '../launch/otlp/send-trace.ts';
import { traceOf } from '../launch/otlp/trace-of.ts';
import type { Io } from './io.ts';

/**
 * Returns where the trace of a run is sent after it, and prints why if that is not possible. A trace never decides
 * whether a run starts or succeeds.
 */
export function traceTarget(io: Io, given: string | undefined): OtlpTarget | null {
  const chosen = otlpTarget(given ?? null, process.env);
  if (chosen.ok) return chosen.target;
  io.stderr(`No trace will be sent. ${chosen.message}\n`);
  return null;
}

/** Sends the trace of a run or batch that ended, and prints why if it is not accepted. */
export async function sendTraceOf(io: Io, dir: string, target: OtlpTarget | null): Promise<void> {
  if (target === null) return;
  const trace = await traceOf(dir);
  const problem = trace.ok ? await sendTrace(trace.spans, trace.version, target) : trace.message;
  if (problem !== null) io.stderr(`${problem} Send it later with: crewlane export otlp RUN_DIR --to URL\n`);
}
