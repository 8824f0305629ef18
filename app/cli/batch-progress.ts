import { formatDuration } from '../../shared/figures/format.ts';
import { titleOf } from '../../shared/project/titles.ts';
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
/** Rows under way that are drawn; the others are counted. */
const ROWS_DRAWN = 16;

/**
 * Shows a batch while it goes on: a line for each row that starts, ends or has a task fail; on a terminal besides, drawn
 * over, the counts and a line for each row under way.
 */
export function showBatch(batch: Batch, io: Io): Progress {
  const begin = performance.now();
  const screen = new Screen(batch, io, begin);
  const say = (text: string) =>
    screen.say(`${formatDuration(performance.now() - begin).padStart(TIME_COLUMNS)}  ${text}\n`);
  const titles = new Map(batch.project.tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))]));
  const end = watchRows(batch, {
    row: (row) => {
      if (row.status === 'ended') say(endText(row));
      else if (row.status === 'running' && !io.isTerminal)
        say(`Row ${row.row} starts  ${inputsText(row.inputs)}`.trimEnd());
    },
    events: ({ row }, events) => tellFailures(row, events, titles, say),
  });
  return {
    suspend: () => screen.hush(),
    end: () => {
      end();
      screen.end();
    },
  };
}

function tellFailures(
  row: number,
  events: readonly RunEvent[],
  titles: ReadonlyMap<string, string>,
  say: (text: string) => void,
): void {
  for (const event of events) {
    if (event.type !== 'task.failed') continue;
    const message = stripControlCharacters(event.message).slice(0, MESSAGE_CHARACTERS);
    say(`Row ${row}: ${titles.get(event.task) ?? event.task} failed: ${message}`);
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

/** The lines that are drawn over, below those that stay. */
class Screen {
  readonly #batch: Batch;
  readonly #io: Io;
  readonly #begin: number;
  readonly #timer: NodeJS.Timeout | null;
  #drawn = 0;
  #hushed = false;
  /** What came up while somebody was asked. */
  #unsaid = '';

  constructor(batch: Batch, io: Io, begin: number) {
    this.#batch = batch;
    this.#io = io;
    this.#begin = begin;
    this.#timer = io.isTerminal ? setInterval(() => this.#draw(''), REDRAW_MS) : null;
  }

  say(text: string): void {
    if (!this.#timer) this.#io.stderr(text);
    else if (this.#hushed) this.#unsaid += text;
    else this.#draw(text);
  }

  hush(): () => void {
    this.#hushed = true;
    if (this.#timer) this.#redraw('', 0);
    return () => {
      this.#hushed = false;
    };
  }

  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#redraw(this.#unsaid, 0);
  }

  #draw(text: string): void {
    if (this.#hushed) return;
    const above = `${this.#unsaid}${text}`;
    this.#unsaid = '';
    const lines = this.#lines().map((line) => `${truncateToWidth(line, this.#io.columns() - 1)}\n`);
    this.#redraw(`${above}${lines.join('')}`, lines.length);
  }

  #redraw(text: string, lines: number): void {
    this.#io.redraw(this.#drawn, text);
    this.#drawn = lines;
  }

  #lines(): string[] {
    const { rows, project } = this.#batch;
    const running = rows.flatMap((row) => (row.handle ? [{ row, state: row.handle.state }] : []));
    const done = rows.filter(({ status }) => status === 'ended').length;
    const turns = running.reduce((sum, { state }) => sum + state.running.size, 0);
    const time = formatDuration(performance.now() - this.#begin);
    const header = `${done} of ${rows.length} rows done, ${running.length} under way, ${turns} turns running, ${time}`;
    const drawn = running.slice(0, ROWS_DRAWN).map(({ row, state }) => rowLine(row, state, project.tasks.length));
    const left = running.length - drawn.length;
    return [header, ...drawn, ...(left > 0 ? [`  and ${left} more`] : [])];
  }
}

function rowLine({ row, inputs }: RowState, state: RunState, tasks: number): string {
  return `  Row ${String(row).padStart(3)}  ${tasksDone(state)} of ${tasks} done, ${state.running.size} running  ${inputsText(inputs)}`;
}
