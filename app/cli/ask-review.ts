import { countOf } from '../../shared/figures/format.ts';
import type { Task } from '../../shared/project/schema.ts';
import { titleOf } from '../../shared/project/titles.ts';
import type { OpenReview } from '../../shared/run/review.ts';
import type { ReviewAnswer, RunHandle } from '../engine/request.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';
import { plainLines, stripControlCharacters } from './text.ts';

/** Lines of the terminal that are kept for the heading and the question. */
const ROWS_AROUND = 8;
const LEAST_ROWS = 6;

export interface Asked {
  run: RunHandle;
  review: OpenReview;
  io: Io;
  terminal: TerminalPrompt;
  /** Of which row of a batch it is. */
  of?: string | undefined;
  /** How many wait, this one among them. */
  waiting: number;
  /** The question is withdrawn: the run ends, or the task is cancelled. */
  withdrawn: AbortSignal;
}

/** Asks about one task until there is an answer. @returns null where the person gives none */
export async function askReview(asked: Asked): Promise<ReviewAnswer | null> {
  const task = asked.run.project.tasks.find(({ name }) => name === asked.review.task.name);
  if (!task) throw new Error(`There is no task ${asked.review.task.name} to ask about.`);
  return asked.review.when === 'before' ? askBefore(asked, task) : askAfter(asked, task);
}

async function askBefore(asked: Asked, task: Task): Promise<ReviewAnswer | null> {
  const { io, terminal, withdrawn } = asked;
  io.stderr(heading(asked, task, 'Approve this task to start?'));
  io.stderr(`${plainLines(task.description)}\n\nExpected: ${stripControlCharacters(task.expected_output)}\n`);
  if (task.context.length > 0) io.stderr(`It receives the results of ${task.context.join(', ')}.\n`);
  for (;;) {
    const key = await terminal.ask('\n[a]pprove, approve with a [r]emark, [w]rite its result yourself: ', withdrawn);
    if (key === null) return null;
    switch (key.trim().toLowerCase()) {
      case 'a':
      case 'approve':
        return { answer: 'approved' };
      case 'r':
      case 'remark': {
        const remark = await terminal.ask('Instructions for the agent: ', withdrawn);
        if (remark !== null && remark.trim() !== '') return { answer: 'approved', remark };
        break;
      }
      case 'w':
      case 'write': {
        const text = await rewrite(asked, task, '');
        if (text !== null) return { answer: 'edited', text };
        break;
      }
      default:
        io.stderr('Answer with a, r or w, and Enter.\n');
    }
    if (withdrawn.aborted) return null;
  }
}

async function askAfter(asked: Asked, task: Task): Promise<ReviewAnswer | null> {
  const { io, terminal, run, withdrawn } = asked;
  const text = await run.reviewText(task.name);
  if (text === null) return null;
  io.stderr(heading(asked, task, 'Approve this result?'));
  io.stderr(`${beginningOf(text, terminal.rows())}\n`);
  for (;;) {
    const key = await terminal.ask('\n[a]pprove, [e]dit, [s]end back with a remark, [v]iew all of it: ', withdrawn);
    if (key === null) return null;
    switch (key.trim().toLowerCase()) {
      case 'a':
      case 'approve':
        return { answer: 'approved' };
      case 'e':
      case 'edit': {
        const changed = await rewrite(asked, task, text);
        if (changed !== null) return { answer: 'edited', text: changed };
        break;
      }
      case 's':
      case 'send back': {
        const remark = await terminal.ask('What should change? ', withdrawn);
        if (remark !== null && remark.trim() !== '') return { answer: 'sent_back', remark };
        break;
      }
      case 'v':
      case 'view':
        io.stderr(`\n${plainLines(text)}\n`);
        break;
      default:
        io.stderr('Answer with a, e, s or v, and Enter.\n');
    }
    if (withdrawn.aborted) return null;
  }
}

function heading({ review, waiting, of }: Asked, task: Task, question: string): string {
  const agent = review.task.agent === null ? '' : `, by ${review.task.agent}`;
  const more = waiting > 1 ? ` (${waiting} reviews wait)` : '';
  const row = of === undefined ? '' : `${of} · `;
  return `\n── ${row}${stripControlCharacters(titleOf(task))}${agent}: ${question}${more} ──\n\n`;
}

/** As much as the terminal shows at once, and how much more there is. */
function beginningOf(text: string, rows: number): string {
  const lines = plainLines(text).trimEnd().split('\n');
  const room = Math.max(LEAST_ROWS, rows - ROWS_AROUND);
  if (lines.length <= room) return lines.join('\n');
  return `${lines.slice(0, room - 1).join('\n')}\n… and ${countOf(lines.length - room + 1, 'more line')}`;
}

/** The result in the person's own words; null where they changed nothing. */
async function rewrite({ io, terminal, withdrawn }: Asked, task: Task, before: string): Promise<string | null> {
  if (!terminal.hasEditor) {
    io.stderr('Type the result. End with a line that contains only a period. (Set EDITOR to use an editor.)\n');
  }
  const text = terminal.hasEditor
    ? await terminal.edit(`${task.name}_result.md`, before)
    : await terminal.write(withdrawn);
  if (text === null) {
    if (!withdrawn.aborted) io.stderr('The editor failed, and nothing was changed.\n');
    return null;
  }
  if (text.trim() !== '' && text !== before) return text;
  io.stderr('Nothing was changed.\n');
  return null;
}
