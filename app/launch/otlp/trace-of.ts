import { dirname, join } from 'node:path';
import { readJournal } from '../../engine/journal/read-journal.ts';
import { isBatchFolder, loadBatch, rowRun, rowsLeft } from '../group/batch-folder.ts';
import { loadRunState } from '../load-run.ts';
import type { Span } from './otlp-json.ts';
import { RunSpans } from './run-spans.ts';

/** The spans, and the version of Crewlane that made the run; or why the folder cannot be read. */
export type TraceResult = { ok: true; spans: Span[]; version: string } | { ok: false; message: string };

/** Returns the spans of a run, or of all rows of a batch, from its folder. Rows that have not started have none. */
export async function traceOf(dir: string): Promise<TraceResult> {
  if (!(await isBatchFolder(dir))) return traceOfRun(dir);
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return loaded;
  const spans: Span[] = [];
  let version = '';
  for (const { row } of await rowsLeft(dir, loaded.record)) {
    const trace = await traceOfRun(join(dirname(dir), rowRun(loaded.record, row)));
    if (!trace.ok) continue;
    spans.push(...trace.spans);
    version = trace.version;
  }
  return { ok: true, spans, version };
}

async function traceOfRun(dir: string): Promise<TraceResult> {
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return loaded;
  const { crew, started } = loaded.run;
  const spans = new RunSpans(crew.name);
  const read = await readJournal(dir, (event) => spans.take(event));
  if (!read.ok) return { ok: false, message: read.message };
  return { ok: true, spans: spans.finish(), version: started.versions['crewlane'] ?? '' };
}
