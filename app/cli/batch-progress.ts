import { titleOf } from '../../shared/crew/titles.ts';
import { formatDuration } from '../../shared/figures/format.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type Batch, type RowState, tasksDone } from '../launch/batch/batch.ts';
import { inputsText } from './batch-text.ts';
import type { Io } from './io.ts';
import type { Progress } from './progress.ts';
import { stripControlCharacters, truncateToWidth } from './text.ts';
import { watchRows } from './watch-rows.ts';

const REDRAW_MS = 100;
const TIME_COLUMNS = 9;
const MESSAGE_CHARACTERS = 300;
/** Maximum number of running rows that get a line of their own; further rows are only counted. */
const ROWS_DRAWN = 16;

/**
 * Shows the progress of a batch: a line for each row that starts, ends or has a failed task. On a terminal, also
 * redraws the counts and a line for each running row below.
 */
export function showBatch(batch: Batch, io: Io): Progress {
  const begin = performance.now();
  const screen = new Screen(batch, io, begin);
  const print = (text: string) =>
    screen.print(`${formatDuration(performance.now() - begin).padStart(TIME_COLUMNS)}  ${text}\n`);
  const titles = new Map(batch.crew.tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))]));
  const end = watchRows(batch, {
    row: (row) => {
      if (row.status === 'ended') print(endText(row));
      else if (row.status === 'running' && !io.isTerminal)
        print(`Row ${row.row} starts  ${inputsText(row.inputs)}`.trimEnd());
    },
    events: ({ row }, events) => printFailures(row, events, titles, print),
  });
  return {
    suspend: () => screen.suspend(),
    end: () => {
      end();
      screen.end();
    },
  };
}

function printFailures(
  row: number,
  events: readonly RunEvent[],
  titles: ReadonlyMap<string, string>,
  print: (text: string) => void,
): void {
  for (const event of events) {
    if (event.type !== 'task.failed') continue;
    const message = stripControlCharacters(event.message).slice(0, MESSAGE_CHARACTERS);
    print(`Row ${row}: ${titles.get(event.task) ?? event.task} failed: ${message}`);
  }
}

function endText({ row, end }: RowState): string {
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

/** The redrawn lines at the bottom of the terminal, below the permanent lines. */
class Screen {
  readonly #batch: Batch;
  readonly #io: Io;
  readonly #begin: number;
  readonly #timer: NodeJS.Timeout | null;
  #drawn = 0;
  #isSuspended = false;
  /** Lines that arrived while a question was open. */
  #pending = '';

  constructor(batch: Batch, io: Io, begin: number) {
    this.#batch = batch;
    this.#io = io;
    this.#begin = begin;
    this.#timer = io.isTerminal ? setInterval(() => this.#draw(''), REDRAW_MS) : null;
  }

  print(text: string): void {
    if (!this.#timer) this.#io.stderr(text);
    else if (this.#isSuspended) this.#pending += text;
    else this.#draw(text);
  }

  suspend(): () => void {
    this.#isSuspended = true;
    if (this.#timer) this.#redraw('', 0);
    return () => {
      this.#isSuspended = false;
    };
  }

  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#redraw(this.#pending, 0);
  }

  #draw(text: string): void {
    if (this.#isSuspended) return;
    const above = `${this.#pending}${text}`;
    this.#pending = '';
    const lines = this.#lines().map((line) => `${truncateToWidth(line, this.#io.columns() - 1)}\n`);
    this.#redraw(`${above}${lines.join('')}`, lines.length);
  }

  #redraw(text: string, lines: number): void {
    this.#io.redraw(this.#drawn, text);
    this.#drawn = lines;
  }

  #lines(): string[] {
    const { rows, crew } = this.#batch;
    const running = rows.flatMap((row) => (row.handle ? [{ row, state: row.handle.state }] : []));
    const done = rows.filter(({ status }) => status === 'ended').length;
    const turns = running.reduce((sum, { state }) => sum + state.running.size, 0);
    const time = formatDuration(performance.now() - this.#begin);
    const header = `${done} of ${rows.length} rows done, ${running.length} running, ${turns} turns running, ${time}`;
    const drawn = running.slice(0, ROWS_DRAWN).map(({ row, state }) => rowLine(row, state, crew.tasks.length));
    const left = running.length - drawn.length;
    return [header, ...drawn, ...(left > 0 ? [`  and ${left} more`] : [])];
  }
}

function rowLine({ row, inputs }: RowState, state: RunState, tasks: number): string {
  return `  Row ${String(row).padStart(3)}  ${tasksDone(state)} of ${tasks} done, ${state.running.size} running  ${inputsText(inputs)}`;
}
