import type { GroupHandle } from '../launch/group/group-handle.ts';
import { watchRows } from '../launch/group/watch-rows.ts';
import type { Io } from './io.ts';
import { ProgressLines } from './progress-lines.ts';
import type { ProgressView } from './progress-view.ts';
import { RowLines } from './row-lines.ts';
import { Screen } from './screen.ts';
import { slotLines } from './slot-lines.ts';

/** The progress display of a run or batch. */
export interface Progress {
  /** Pauses output while a question is open. Call the returned function to continue; it prints the queued lines. */
  suspend(): () => void;
  end(): void;
}

/**
 * Shows the progress of a run or batch: lines about tasks, or about the rows of a batch. A terminal also redraws a line
 * for each slot, or for each running row.
 */
export function showProgress(group: GroupHandle, io: Io): Progress {
  const view = group.kind === 'run' ? viewOfRun(group, io) : new RowLines(group, io.isTerminal);
  const screen = new Screen(io, (columns) => view.redrawn(columns));
  const end = watchRows(group, {
    row: (row) => screen.print(view.ofRow(row)),
    events: (row, events) => screen.print(view.ofEvents(row, events)),
  });
  return {
    suspend: () => screen.suspend(),
    end: () => {
      end();
      screen.end();
    },
  };
}

function viewOfRun({ crew, rows }: GroupHandle, { isTerminal }: Io): ProgressView {
  const lines = new ProgressLines(crew, { turns: !isTerminal });
  return {
    ofRow: () => '',
    ofEvents: (_row, events) => lines.of(events),
    redrawn: (columns) => rows.flatMap(({ handle }) => (handle ? slotLines(handle, columns) : [])),
  };
}
