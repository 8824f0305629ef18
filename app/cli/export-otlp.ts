import { resolve } from 'node:path';
import { countOf } from '../../shared/figures/format.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { writeFailure } from '../base/system-error.ts';
import { traceRequest } from '../launch/otlp/otlp-json.ts';
import { otlpTarget } from '../launch/otlp/otlp-target.ts';
import { sendTrace } from '../launch/otlp/send-trace.ts';
import { traceOf } from '../launch/otlp/trace-of.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { runFolder } from './runs.ts';

export interface ExportOtlpOptions {
  to?: string;
  out?: string;
  json?: boolean;
}

/** Runs `export otlp RUN_DIR --to URL|--out FILE`: sends the trace of a run or batch, or writes it to a file. */
export async function exportOtlp(context: CliContext, given: string, options: ExportOtlpOptions): Promise<ExitCode> {
  const { io } = context;
  const { to, out, json } = options;
  if (to !== undefined && out !== undefined) return refuse(io, [problemOf('usage', ONE_PLACE)], { json });
  const chosen = out === undefined ? otlpTarget(to ?? null, process.env) : { ok: true as const, target: null };
  if (!chosen.ok) return refuse(io, [problemOf('otlp', chosen.message)], { json });
  if (out === undefined && chosen.target === null) return refuse(io, [problemOf('usage', ONE_PLACE)], { json });
  const trace = await traceOf(await runFolder(context, given));
  if (!trace.ok) return refuse(io, [problemOf('journal', trace.message)], { json });
  const { spans, version } = trace;
  const problem =
    out === undefined
      ? chosen.target && (await sendTrace(spans, version, chosen.target))
      : await write(out, `${JSON.stringify(traceRequest(spans, version))}\n`);
  if (problem !== null) {
    io.stderr(`${problem}\n`);
    return EXIT.failed;
  }
  io.stderr(`${countOf(spans.length, 'span')} ${out === undefined ? 'sent' : `written to ${out}`}.\n`);
  return EXIT.ok;
}

const ONE_PLACE = 'Give --to URL or --out FILE, or set OTEL_EXPORTER_OTLP_ENDPOINT.';

async function write(out: string, text: string): Promise<string | null> {
  try {
    await replaceFile(resolve(out), text);
    return null;
  } catch (error) {
    return `The trace cannot be written to ${out}: ${writeFailure(error)}.`;
  }
}
