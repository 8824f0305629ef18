import type { Json } from '../../shared/json.ts';
import type { OpenQuestion } from '../../shared/run/questions.ts';
import type { PersonAnswer } from '../engine/request.ts';
import type { Io } from './io.ts';
import type { TerminalPrompt } from './terminal-prompt.ts';
import { plainLines, stripControlCharacters } from './text.ts';

export interface QuestionPrompt {
  asked: OpenQuestion;
  /** The title of the task. */
  title: string;
  io: Io;
  terminal: TerminalPrompt;
  /** The row of the batch, as shown to the person. */
  of?: string | undefined;
  /** Aborts when the run ends or the turn is cancelled. */
  withdrawn: AbortSignal;
}

/** Asks a question of a running turn until the person answers. @returns null if the person gives no answer */
export function askQuestion(prompt: QuestionPrompt): Promise<PersonAnswer | null> {
  const { asked, title, io, of } = prompt;
  const { subject, agent } = asked.question;
  const row = of === undefined ? '' : `${of} · `;
  const what = subject.kind === 'tool' ? `Approve this call of ${subject.tool}?` : 'A question for you';
  io.stderr(`\n── ${row}${stripControlCharacters(title)}, by ${agent}: ${stripControlCharacters(what)} ──\n\n`);
  return subject.kind === 'tool' ? askApproval(prompt, subject.arguments) : askText(prompt, subject);
}

async function askApproval({ io, terminal, withdrawn }: QuestionPrompt, given: Json): Promise<PersonAnswer | null> {
  const text = JSON.stringify(given, null, 2);
  io.stderr(`${plainLines(text)}\n`);
  for (;;) {
    const key = await terminal.ask('\n[a]pprove, [e]dit the arguments, [r]efuse with a remark: ', withdrawn);
    if (key === null) return null;
    switch (key.trim().toLowerCase()) {
      case 'a':
      case 'approve':
        return { answer: 'approved' };
      case 'e':
      case 'edit': {
        const changed = await editArguments({ io, terminal, withdrawn }, text);
        if (changed !== null) return { answer: 'edited', arguments: changed };
        break;
      }
      case 'r':
      case 'refuse': {
        const remark = await terminal.ask('Why, or what should change? ', withdrawn);
        if (remark !== null) return { answer: 'refused', ...(remark.trim() === '' ? {} : { remark }) };
        break;
      }
      default:
        io.stderr('Type a, e or r, then press Enter.\n');
    }
    if (withdrawn.aborted) return null;
  }
}

/** Lets the person edit or type the arguments. @returns null if they did not change or are not JSON */
async function editArguments(
  { io, terminal, withdrawn }: Pick<QuestionPrompt, 'io' | 'terminal' | 'withdrawn'>,
  before: string,
): Promise<Json | null> {
  if (!terminal.hasEditor) io.stderr('Type the arguments as JSON. End with a line that contains only a period.\n');
  const text = terminal.hasEditor ? await terminal.edit('arguments.json', before) : await terminal.write(withdrawn);
  if (text === null) return null;
  const changed = jsonObject(text);
  if (changed === null) io.stderr('The arguments must be a JSON object. They were not changed.\n');
  return changed;
}

function jsonObject(text: string): Json | null {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

async function askText(
  { io, terminal, withdrawn }: QuestionPrompt,
  { question, choices, details }: { question: string; choices: readonly string[] | null; details: string | null },
): Promise<PersonAnswer | null> {
  io.stderr(`${plainLines(question)}\n`);
  if (details !== null) io.stderr(`\n${plainLines(details)}\n`);
  choices?.forEach((choice, at) => {
    io.stderr(`  ${at + 1}  ${stripControlCharacters(choice)}\n`);
  });
  for (;;) {
    const text = await terminal.ask(choices === null ? '\nYour answer: ' : '\nYour choice (number): ', withdrawn);
    if (text === null) return null;
    const chosen = choices === null ? text.trim() : (choices[Number(text) - 1] ?? text.trim());
    if (chosen !== '' && (choices === null || choices.includes(chosen))) return { answer: 'answered', text: chosen };
    io.stderr(choices === null ? 'Write an answer.\n' : `Type a number from 1 to ${choices.length}.\n`);
  }
}
