import type { RunHandle } from '../engine/request.ts';
import type { Io } from './io.ts';
import { ProgressLines } from './progress-lines.ts';
import { SlotLines } from './slot-lines.ts';

/** Interval between redraws, in ms. */
const REDRAW_MS = 100;

/** The progress display of a run or batch. */
export interface Progress {
  /** Pauses output while a question is open. Call the returned function to continue; it prints the queued lines. */
  suspend(): () => void;
  end(): void;
}

/**
 * Shows the progress of a run. On a terminal: a redrawn line for each slot, below the lines of ended tasks. Elsewhere:
 * a line for each event.
 */
export function showProgress(run: RunHandle, io: Io): Progress {
  return io.isTerminal ? drawSlotLines(run, io) : writeLines(run, io);
}

function writeLines(run: RunHandle, io: Io): Progress {
  const lines = new ProgressLines(run.crew, { turns: true });
  const end = run.subscribe((events) => {
    const text = lines.of(events);
    if (text !== '') io.stderr(text);
  });
  // Questions need a terminal, and a terminal uses drawSlotLines.
  return { suspend: () => () => undefined, end };
}

function drawSlotLines(run: RunHandle, io: Io): Progress {
  const lines = new ProgressLines(run.crew, { turns: false });
  const slotLines = new SlotLines(run);
  let drawn = 0;
  let isSuspended = false;
  let pending = '';
  const redraw = (text: string, lines: number) => {
    io.redraw(drawn, text);
    drawn = lines;
  };
  const draw = () => {
    if (isSuspended) return;
    const block = slotLines.lines(io.columns());
    const above = pending;
    pending = '';
    redraw(`${above}${block.map((line) => `${line}\n`).join('')}`, block.length);
  };
  const end = run.subscribe((events) => {
    const text = lines.of(events);
    pending += text;
    if (text !== '') draw();
  });
  const timer = setInterval(draw, REDRAW_MS);
  return {
    suspend: () => {
      isSuspended = true;
      redraw('', 0);
      return () => {
        isSuspended = false;
      };
    },
    end: () => {
      clearInterval(timer);
      end();
      redraw(pending, 0);
    },
  };
}
