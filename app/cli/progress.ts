import type { RunHandle } from '../engine/request.ts';
import type { Io } from './io.ts';
import { ProgressLines } from './progress-lines.ts';
import { SlotLines } from './slot-lines.ts';

/** A terminal is drawn over so often; more would be seen by nobody. */
const REDRAW_MS = 100;

/** What is shown of a run while it goes on. */
export interface Progress {
  /** Shows nothing until the returned function is called: somebody is asked, and what was to be said is said then. */
  suspend(): () => void;
  end(): void;
}

/**
 * Shows a run while it goes on: on a terminal a line for each slot, drawn over, below the lines of what ended; elsewhere
 * a line for each thing that happens.
 */
export function showProgress(run: RunHandle, io: Io): Progress {
  return io.isTerminal ? drawLanes(run, io) : writeLines(run, io);
}

function writeLines(run: RunHandle, io: Io): Progress {
  const lines = new ProgressLines(run.project, { turns: true });
  const end = run.subscribe((events) => {
    const text = lines.of(events);
    if (text !== '') io.stderr(text);
  });
  // Only who sits at a terminal is asked, and there lanes are drawn.
  return { suspend: () => () => undefined, end };
}

function drawLanes(run: RunHandle, io: Io): Progress {
  const lines = new ProgressLines(run.project, { turns: false });
  const lanes = new SlotLines(run);
  let drawn = 0;
  let hushed = false;
  let unsaid = '';
  const redraw = (text: string, lines: number) => {
    io.redraw(drawn, text);
    drawn = lines;
  };
  const draw = () => {
    if (hushed) return;
    const block = lanes.lines(io.columns());
    const above = unsaid;
    unsaid = '';
    redraw(`${above}${block.map((line) => `${line}\n`).join('')}`, block.length);
  };
  const end = run.subscribe((events) => {
    const text = lines.of(events);
    unsaid += text;
    if (text !== '') draw();
  });
  const timer = setInterval(draw, REDRAW_MS);
  return {
    suspend: () => {
      hushed = true;
      redraw('', 0);
      return () => {
        hushed = false;
      };
    },
    end: () => {
      clearInterval(timer);
      end();
      redraw(unsaid, 0);
    },
  };
}
