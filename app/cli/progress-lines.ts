import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { formatDuration } from '../../shared/figures/format.ts';
import { isAssignment } from '../../shared/run/assignment.ts';
import { budgetReached, dollars, tokens } from '../../shared/run/budget-text.ts';
import { callNote } from '../../shared/run/call-note.ts';
import { checkText } from '../../shared/run/check-text.ts';
import { roleOf } from '../../shared/run/consensus.ts';
import { CUT_AT_LENGTH_ADVICE } from '../../shared/run/cut-at-length.ts';
import { ASSIGNMENT, type EventOf, type RunEvent } from '../../shared/run/events.ts';
import { growCrew } from '../../shared/run/expansion/grow-crew.ts';
import { notChosenText } from '../../shared/run/not-chosen.ts';
import { sentence } from '../../shared/sentence.ts';
import { stripControlCharacters } from './text.ts';

const TIME_COLUMNS = 9;
const MESSAGE_CHARACTERS = 300;

/** Formats the events of a run as terminal lines. */
export class ProgressLines {
  readonly #titles = new Map<string, string>();
  /** The crew of the run, with the tasks that its tasks have expanded to. */
  #crew: Crew;
  readonly #turns: boolean;
  readonly #verbose: ReadonlySet<string>;
  /** The agent of the current attempt of each task. */
  readonly #agents = new Map<string, string>();
  /** The last printed tool call of each task and whether it succeeded; repeats are printed once. */
  readonly #tools = new Map<string, string>();

  /** The last printed note about the model calls of each task. */
  readonly #notes = new Map<string, string>();
  /** Tasks without proposals whose last answer was truncated. */
  readonly #truncated = new Set<string>();

  /**
   * @param turns whether to print starts of attempts and the tool calls of `verbose` agents; slot lines show these
   * otherwise
   */
  constructor(crew: Crew, { turns }: { turns: boolean }) {
    this.#crew = crew;
    this.#takeTitles();
    this.#titles.set(ASSIGNMENT, 'Assignment');
    this.#turns = turns;
    this.#verbose = new Set(crew.agents.filter((agent) => agent.verbose).map(({ name }) => name));
  }

  #takeTitles(): void {
    for (const task of this.#crew.tasks) this.#titles.set(task.name, stripControlCharacters(titleOf(task)));
  }

  /** The note for a task that completed with a truncated answer. */
  #truncatedText({ task, cached, edited }: EventOf<'task.completed'>): string {
    const isTruncated = this.#truncated.has(task) && cached === undefined && !edited;
    return isTruncated ? `, truncated. ${CUT_AT_LENGTH_ADVICE}` : '';
  }

  /** The note about an unusual model call; null if the task already printed the same note. */
  #newNoteOf(event: EventOf<'llm.call'>): string | null {
    const note = callNote(event);
    if (note === null || this.#notes.get(event.task) === note) return null;
    this.#notes.set(event.task, note);
    return `${this.#title(event.task)}: ${note} (${event.model})`;
  }

  /** Returns complete lines; empty for events that are not shown. */
  of(events: readonly RunEvent[]): string {
    let lines = '';
    for (const event of events) {
      if (event.type === 'task.expanded') {
        this.#crew = growCrew(this.#crew, event);
        this.#takeTitles();
      }
      const text = this.#outcomeOf(event) ?? (this.#turns ? this.#turnOf(event) : null);
      if (text !== null) lines += `${formatDuration(event.t).padStart(TIME_COLUMNS)}  ${text}\n`;
    }
    return lines;
  }

  #title(task: string): string {
    return this.#titles.get(task) ?? task;
  }

  #outcomeOf(event: RunEvent): string | null {
    // Reused results happened in an earlier run; the opening text shows their number.
    if ('kept' in event && event.kept !== undefined) return null;
    switch (event.type) {
      case 'attempt.ended': {
        if (event.result === 'ok' || event.result === 'cancelled') return null;
        const which = event.turn === undefined ? `attempt ${event.attempt}` : event.turn.replace(':', ' of ');
        const why = `${this.#title(event.task)}: ${which} failed: ${short(event.message ?? event.result)}`;
        if (event.retry_at === undefined) return why;
        return `${sentence(why)} Retrying ${inTime(event.retry_at - event.t)}.`;
      }
      case 'task.completed':
        return isAssignment(event.task)
          ? null
          : `${this.#title(event.task)} completed${event.degraded ? ', degraded' : ''}${event.cached === undefined ? '' : ', from the cache'}${event.edited ? ', edited by a person' : ''}${this.#truncatedText(event)}`;
      case 'llm.call': {
        const note = this.#newNoteOf(event);
        if (note !== null) return note;
        if (event.turn !== undefined || event.delegation !== undefined) return null;
        if (event.cut_at_length) this.#truncated.add(event.task);
        else this.#truncated.delete(event.task);
        return null;
      }
      case 'task.failed':
        return `${this.#title(event.task)} failed: ${short(event.message)}`;
      case 'task.skipped':
        return `${this.#title(event.task)} skipped because of ${event.because.map((task) => this.#title(task)).join(', ')}`;
      case 'task.not_chosen':
        return `${this.#title(event.task)} not chosen: ${notChosenText(event.because ?? 'context')}`;
      case 'task.cancelled':
        return `${this.#title(event.task)} cancelled`;
      case 'check':
        if (event.passed) return null;
        return `${this.#title(event.task)}: ${checkText(event)}${event.detail === undefined ? '' : `: ${short(event.detail)}`}`;
      case 'question.asked':
        return `${this.#title(event.task)}: ${event.agent} asks: ${short(event.question)}`;
      case 'question.answered':
        return `${this.#title(event.task)}: a person answered: ${short(event.answer)}`;
      case 'review.asked':
        if (event.when === 'tool')
          return `${this.#title(event.task)}: ${event.agent} waits for approval to call ${event.tool}`;
        return `${this.#title(event.task)} is waiting for review ${event.when === 'before' ? 'before it starts' : 'of its result'}`;
      case 'review.answered':
        return `${this.#title(event.task)}: ${answerText(event)}`;
      case 'budget.reached':
        return `${budgetReached(event)}. Calls in flight finish; no new calls start`;
      case 'budget.set':
        return `The budget is now ${event.budget_usd === undefined ? tokens(event.budget_tokens ?? 0) : dollars(event.budget_usd)}`;
      case 'knowledge.indexed':
        return knowledgeNote(event);
      case 'slot.exited':
        return event.reason === 'ended' ? null : `Slot ${event.slot} exited (${event.reason}); replacing it`;
      default: // Other events are used by figures only, or belong to a turn.
        return null;
    }
  }

  #turnOf(event: RunEvent): string | null {
    switch (event.type) {
      case 'attempt.started': {
        this.#agents.set(event.task, event.agent);
        this.#tools.delete(event.task);
        const again = event.attempt > 1 ? `, attempt ${event.attempt}` : '';
        const role = roleOf(event.turn);
        if (role) return `${this.#title(event.task)}: ${event.agent} ${role.kind}s on slot ${event.slot}${again}`;
        return `${this.#title(event.task)} starts on slot ${event.slot} (${event.agent}${again})`;
      }
      case 'tool.call': {
        const how = event.rehearsed ? ' (not called in a rehearsal)' : event.ok ? '' : ' (failed)';
        const call = `${event.name}${how}`;
        if (!this.#verbose.has(event.agent) || this.#tools.get(event.task) === call) return null;
        this.#tools.set(event.task, call);
        return `  ${this.#title(event.task)}: ${call}`;
      }
      case 'milestone':
        if (!this.#verbose.has(this.#agents.get(event.task) ?? '')) return null;
        return `  ${this.#title(event.task)}: ${short(event.name)}`;
      default:
        return null;
    }
  }
}

function answerText({ answer, by, remark, when }: EventOf<'review.answered'>): string {
  if (by === 'approve_all') return 'approved automatically (--approve-all)';
  const suffix = remark === undefined ? '' : `: ${short(remark)}`;
  switch (answer) {
    case 'refused':
      return `call refused by a person${suffix}`;
    case 'approved':
      return `approved by a person${suffix}`;
    case 'edited':
      if (when === 'tool') return 'approved by a person with other arguments';
      return when === 'before' ? 'a person wrote its result' : 'edited by a person';
    case 'sent_back':
      return `sent back by a person${suffix}`;
  }
}

function inTime(ms: number): string {
  return ms <= 0 ? 'immediately' : `in ${formatDuration(ms)}`;
}

function short(message: string): string {
  const text = stripControlCharacters(message);
  return text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;
}

/** Returns which knowledge of the crew cannot be used, and why; null if all of it can be used. */
function knowledgeNote({ left_out = [], failure }: EventOf<'knowledge.indexed'>): string | null {
  const notes = [
    ...left_out.map(({ file, why }) => `${file} ${short(why)}`),
    ...(failure === undefined ? [] : [`passages are found by their words only. ${short(failure)}`]),
  ];
  return notes.length === 0 ? null : `Knowledge: ${notes.join('; ')}`;
}
