import { formatDuration } from '../../shared/figures/format.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { GroupHandle, GroupRow } from '../launch/group/group-handle.ts';
import { taskProgress } from '../launch/task-progress.ts';
import type { ProgressView } from './progress-view.ts';
import { rowLabel } from './row-label.ts';
import { taskTitle } from './task-titles.ts';
import { stripControlCharacters, truncateToWidth } from './text.ts';

const TIME_COLUMNS = 9;
const MESSAGE_CHARACTERS = 300;
/** Maximum number of running rows that get a line of their own; further rows are only counted. */
const ROWS_DRAWN = 16;

/**
 * The terminal lines of a batch: a line for each row that starts, ends or has a failed task, and, redrawn, the counts and
 * a line for each running row.
 */
export class RowLines implements ProgressView {
  readonly #rows: readonly GroupRow[];
  readonly #isTerminal: boolean;
  readonly #begin = performance.now();

  /** @param isTerminal whether running rows are redrawn, so that their starts need no line */
  constructor({ rows }: Pick<GroupHandle, 'rows'>, isTerminal: boolean) {
    this.#rows = rows;
    this.#isTerminal = isTerminal;
  }

  ofRow(row: GroupRow): string {
    if (row.status === 'ended') return this.#line(endText(row));
    if (row.status !== 'running' || this.#isTerminal) return '';
    return this.#line(`Row ${row.row} starts  ${rowLabel(row.inputs)}`.trimEnd());
  }

  ofEvents({ row, handle }: GroupRow, events: readonly RunEvent[]): string {
    const lines = events.map((event) => {
      if (event.type !== 'task.failed') return '';
      const message = stripControlCharacters(event.message).slice(0, MESSAGE_CHARACTERS);
      return this.#line(
        `Row ${row}: ${handle ? taskTitle(handle.state.crew, event.task) : event.task} failed: ${message}`,
      );
    });
    return lines.join('');
  }

  redrawn(columns: number): string[] {
    const running = this.#rows.flatMap((row) => (row.handle ? [{ row, state: row.handle.state }] : []));
    const done = this.#rows.filter(({ status }) => status === 'ended').length;
    const turns = running.reduce((sum, { state }) => sum + state.running.size, 0);
    const header = `${done} of ${this.#rows.length} rows done, ${running.length} running, ${turns} turns running, ${this.#time()}`;
    const drawn = running.slice(0, ROWS_DRAWN).map(({ row, state }) => rowLine(row, state));
    const left = running.length - drawn.length;
    const lines = [header, ...drawn, ...(left > 0 ? [`  and ${left} more`] : [])];
    return lines.map((line) => truncateToWidth(line, columns - 1));
  }

  #line(text: string): string {
    return `${this.#time().padStart(TIME_COLUMNS)}  ${text}\n`;
  }

  #time(): string {
    return formatDuration(performance.now() - this.#begin);
  }
}

function endText({ row, end }: GroupRow): string {
  switch (end?.status) {
    case 'finished':
      return `Row ${row} ${end.outcome.replace('_', ', ')}`;
    case 'interrupted':
      return `Row ${row} interrupted (${end.reason})`;
    case 'refused':
      return `Row ${row} could not be started: ${end.failure.message}`;
    case undefined:
      return `Row ${row} ended`;
  }
}

function rowLine({ row, inputs }: GroupRow, state: RunState): string {
  const { done, total } = taskProgress(state);
  return `  Row ${String(row).padStart(3)}  ${done} of ${total} done, ${state.running.size} running  ${rowLabel(inputs)}`;
}
