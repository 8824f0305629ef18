import type { RunHandle } from '../engine/request.ts';
import type { Io } from './io.ts';
import { Lanes } from './lanes.ts';
import { ProgressLines } from './progress-lines.ts';

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
  const lines = new ProgressLines(run.project, { turns: true });
  return run.subscribe((events) => {
    const text = lines.of(events);
    if (text !== '') io.stderr(text);
  });
}

function drawLanes(run: RunHandle, io: Io): () => void {
  const lines = new ProgressLines(run.project, { turns: false });
  const lanes = new Lanes(run);
  let drawn = 0;
  const erase = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`);
  const draw = (above: string) => {
    const block = lanes.lines(io.columns());
    io.stderr(`${erase()}${above}${block.map((line) => `${line}\n`).join('')}`);
    drawn = block.length;
  };
  const end = run.subscribe((events) => {
    const text = lines.of(events);
    if (text !== '') draw(text);
  });
  const timer = setInterval(() => draw(''), REDRAW_MS);
  return () => {
    clearInterval(timer);
    end();
    io.stderr(erase());
  };
}
