import type { RunEvent } from '../../shared/run/events.ts';
import type { RunHandle } from '../engine/request.ts';
import type { Io } from './io.ts';
import { Lanes } from './lanes.ts';
import { lineWriter } from './progress-lines.ts';

/** A terminal is drawn over so often; more would be seen by nobody. */
const REDRAW_MS = 100;

/**
 * Shows a run while it goes on: on a terminal a line for each slot, drawn over, below the lines of what ended; elsewhere
 * a line for each thing that happens. Returns the function that ends it.
 */
export function showProgress(run: RunHandle, io: Io): () => void {
  return io.isTerminal ? drawLanes(run, io) : writeLines(run, io);
}

function writeLines(run: RunHandle, io: Io): () => void {
  const lineOf = lineWriter(run.project, { starts: true });
  return run.subscribe((events) => {
    const lines = linesOf(events, lineOf);
    if (lines !== '') io.stderr(lines);
  });
}

function drawLanes(run: RunHandle, io: Io): () => void {
  const lineOf = lineWriter(run.project, { starts: false });
  const lanes = new Lanes(run);
  let drawn = 0;
  const erase = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`);
  const draw = (above: string) => {
    const lines = lanes.lines(io.columns());
    io.stderr(`${erase()}${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  const end = run.subscribe((events) => {
    const lines = linesOf(events, lineOf);
    if (lines !== '') draw(lines);
  });
  const timer = setInterval(() => draw(''), REDRAW_MS);
  return () => {
    clearInterval(timer);
    end();
    io.stderr(erase());
    drawn = 0;
  };
}

function linesOf(events: readonly RunEvent[], lineOf: (event: RunEvent) => string | null): string {
  return events.map((event) => lineOf(event)).reduce<string>((lines, line) => (line === null ? lines : `${lines}${line}\n`), '');
}
