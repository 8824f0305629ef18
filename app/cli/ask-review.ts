import { contextOf } from '../../shared/crew/context.ts';
import type { Task } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { countOf } from '../../shared/figures/format.ts';
import type { OpenReview } from '../../shared/run/review.ts';
import type { ReviewAnswer } from '../engine/request.ts';
import type { RowHandle } from '../launch/group/group-handle.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';
import { plainLines, stripControlCharacters } from './text.ts';

/** Terminal lines reserved for the heading and the question. */
const ROWS_AROUND = 8;
const MIN_ROWS = 6;

export interface ReviewPrompt {
  run: RowHandle;
  review: OpenReview;
  io: Io;
  terminal: TerminalPrompt;
  /** The row of the batch, as shown to the person. */
  of?: string | undefined;
  /** Number of pending reviews, including this one. */
  waiting: number;
  /** Aborts when the run ends or the task is cancelled. */
  withdrawn: AbortSignal;
}

/** Asks about one task until the person answers. @returns null if the person gives no answer */
export async function askReview(prompt: ReviewPrompt): Promise<ReviewAnswer | null> {
  const task = prompt.run.state.crew.tasks.find(({ name }) => name === prompt.review.task.name);
  if (!task) throw new Error(`The crew has no task "${prompt.review.task.name}" to review.`);
  return prompt.review.when === 'before' ? askBefore(prompt, task) : askAfter(prompt, task);
}

async function askBefore(prompt: ReviewPrompt, task: Task): Promise<ReviewAnswer | null> {
  const { io, terminal, withdrawn } = prompt;
  io.stderr(heading(prompt, task, 'Approve this task to start?'));
  io.stderr(`${plainLines(task.description)}\n\nExpected: ${stripControlCharacters(task.expected_output)}\n`);
  const context = contextOf(task);
  if (context.length > 0) io.stderr(`Context results: ${context.join(', ')}.\n`);
  for (;;) {
    const key = await terminal.ask('\n[a]pprove, approve with a [r]emark, [w]rite the result yourself: ', withdrawn);
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
        const text = await rewrite(prompt, task, '');
        if (text !== null) return { answer: 'edited', text };
        break;
      }
      default:
        io.stderr('Type a, r or w, then press Enter.\n');
    }
    if (withdrawn.aborted) return null;
  }
}

async function askAfter(prompt: ReviewPrompt, task: Task): Promise<ReviewAnswer | null> {
  const { io, terminal, run, withdrawn } = prompt;
  const text = await run.reviewText(task.name);
  if (text === null) return null;
  io.stderr(heading(prompt, task, 'Approve this result?'));
  io.stderr(`${beginningOf(text, terminal.rows())}\n`);
  for (;;) {
    const key = await terminal.ask('\n[a]pprove, [e]dit, [s]end back with a remark, [v]iew the full text: ', withdrawn);
    if (key === null) return null;
    switch (key.trim().toLowerCase()) {
      case 'a':
      case 'approve':
        return { answer: 'approved' };
      case 'e':
      case 'edit': {
        const changed = await rewrite(prompt, task, text);
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
        io.stderr('Type a, e, s or v, then press Enter.\n');
    }
    if (withdrawn.aborted) return null;
  }
}

function heading({ review, waiting, of }: ReviewPrompt, task: Task, question: string): string {
  const agent = review.task.agent === null ? '' : `, by ${review.task.agent}`;
  const more = waiting > 1 ? ` (${waiting} pending reviews)` : '';
  const row = of === undefined ? '' : `${of} · `;
  return `\n── ${row}${stripControlCharacters(titleOf(task))}${agent}: ${question}${more} ──\n\n`;
}

/** The first lines of `text` that fit on the terminal, followed by the number of lines left out. */
function beginningOf(text: string, rows: number): string {
  const lines = plainLines(text).trimEnd().split('\n');
  const room = Math.max(MIN_ROWS, rows - ROWS_AROUND);
  if (lines.length <= room) return lines.join('\n');
  return `${lines.slice(0, room - 1).join('\n')}\n… and ${countOf(lines.length - room + 1, 'more line')}`;
}

/** Lets the person edit or type the result. @returns null if the text did not change */
async function rewrite({ io, terminal, withdrawn }: ReviewPrompt, task: Task, before: string): Promise<string | null> {
  if (!terminal.hasEditor) {
    io.stderr('Type the result. End with a line that contains only a period. (Set EDITOR to use an editor.)\n');
  }
  const text = terminal.hasEditor
    ? await terminal.edit(`${task.name}_result.md`, before)
    : await terminal.write(withdrawn);
  if (text === null) {
    if (!withdrawn.aborted) io.stderr('The editor failed. The result was not changed.\n');
    return null;
  }
  if (text.trim() !== '' && text !== before) return text;
  io.stderr('The result was not changed.\n');
  return null;
}
