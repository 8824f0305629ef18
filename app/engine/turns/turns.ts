import type { Deadlines } from '../../../shared/control/deadlines/deadlines.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { managerOf } from '../../../shared/run/assignment.ts';
import { roleOf } from '../../../shared/run/consensus.ts';
import type { Failure } from '../../../shared/run/error-kind.ts';
import { ASSIGNMENT, type EventOf } from '../../../shared/run/events.ts';
import type { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import { readAssignment } from '../../../shared/slot/assignment.ts';
import { type SlotEvent, type SlotOutcome, type TurnKey, turnKeyText } from '../../../shared/slot/protocol.ts';
import type { Effects } from '../effect.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { WriteResult } from '../output-file.ts';
import { assignmentOf, type Dispatcher } from '../prompts/dispatch.ts';
import type { Requests } from '../requests.ts';
import type { RunClock } from '../run-clock.ts';
import { type ActiveTurn, attemptOf, type Ending } from './active-turn.ts';
import type { TurnCanceller } from './canceller.ts';
import type { Completion } from './completion.ts';
import type { Results } from './results.ts';
import { draftOf } from './slot-event.ts';
import type { Transcripts } from './transcript.ts';
import type { TurnTable } from './turn-table.ts';

export interface TurnDeps {
  crew: Crew;
  table: TurnTable;
  effects: Effects;
  recorder: Recorder;
  decider: Scheduler;
  dispatcher: Dispatcher;
  requests: Requests;
  completion: Completion;
  results: Results;
  transcripts: Transcripts;
  deadlines: Deadlines;
  canceller: TurnCanceller;
  runClock: RunClock;
}

/** The turns that run in slots. Submits them, monitors them, and ends each exactly once. */
export class Turns {
  readonly #deps: TurnDeps;

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** Carries out the decision to start a turn. */
  start(started: EventOf<'attempt.started'>): void {
    const { dispatcher, effects, requests, table, deadlines, runClock } = this.#deps;
    const { submission, shortened } = dispatcher.submission(started);
    const turn: ActiveTurn = {
      key: submission.key,
      slot: started.slot,
      agent: started.agent,
      submission,
      shortened,
      leases: new Map(),
      events: 0,
      ending: null,
      writing: null,
    };
    table.add(turn);
    const deadline = { id: turnKeyText(turn.key), ms: submission.timeout_ms };
    deadlines.reduce({ type: 'deadline.started', ...deadline }, runClock.now());
    const permit = requests.permitAtOnce(turn);
    const permitted = permit === null ? submission : { ...submission, permit };
    effects.add({ type: 'submitTurn', slot: started.slot, submission: permitted });
  }

  /** Cancels all turns, except those whose result is being written. */
  cancelAll(ending: Ending): void {
    const { table, canceller } = this.#deps;
    for (const turn of table.all()) if (turn.writing === null) canceller.cancel(turn, ending);
  }

  /** Cancels the turns whose deadline has expired. */
  expire(): void {
    const { deadlines, runClock, table, canceller } = this.#deps;
    const t = runClock.now();
    deadlines.reduce({ type: 'tick' }, t);
    for (let expired = deadlines.next(t); expired !== null; expired = deadlines.next(t)) {
      deadlines.reduce(expired, t);
      const turn = table.byText(expired.id);
      if (turn) canceller.cancel(turn, 'timeout');
    }
  }

  event(key: TurnKey, number: number, event: SlotEvent): void {
    const { table, recorder, transcripts, effects, requests } = this.#deps;
    const turn = table.find(key);
    if (!turn) return;
    const waitedMs = event.type === 'llm.call' ? requests.waitedFor(turn, event) : 0;
    recorder.emit(draftOf(turn, event, waitedMs, (text) => recorder.blob(text)));
    transcripts.take(key.task, key.attempt, key.turn, event);
    if (event.type === 'llm.call') {
      requests.called(turn, event);
    }
    turn.events = number;
    effects.add({ type: 'acknowledge', key, events: number, outcome: false, fenced: false });
  }

  /** Accepts only the outcome of a running turn. Acknowledges any other, so that it is not reported again. */
  outcome(key: TurnKey, outcome: SlotOutcome, random: number): void {
    const { table, effects, deadlines, runClock } = this.#deps;
    const turn = table.find(key);
    if (!turn || turn.writing !== null) {
      effects.add({ type: 'acknowledge', key, events: 0, outcome: true, fenced: true });
      return;
    }
    deadlines.reduce({ type: 'deadline.ended', id: turnKeyText(key) }, runClock.now());
    this.#take(turn, outcome, random);
  }

  /** Handles the success or failure of writing a turn's result to the task's `output_file`. */
  written(key: TurnKey, result: WriteResult): void {
    const turn = this.#deps.table.find(key);
    if (!turn || turn.writing === null) return;
    const text = turn.writing;
    turn.writing = null;
    if (result.ok) this.#complete(turn, text);
    else this.#end(turn, { result: 'error', kind: 'output', message: result.message });
  }

  #take(turn: ActiveTurn, outcome: SlotOutcome, random: number): void {
    if (turn.ending === 'timeout') {
      this.#fail(turn, timeoutOf(turn), 'timeout', random);
      return;
    }
    switch (outcome.status) {
      case 'value':
        this.#value(turn, outcome.text);
        return;
      case 'error':
        if (turn.ending === null) this.#fail(turn, outcome.failure, 'error', random);
        else this.#cancelled(turn);
        return;
      case 'cancelled':
        if (turn.ending === null)
          this.#fail(turn, { kind: 'bad_answer', message: 'The slot abandoned the turn.' }, 'error', random);
        else this.#cancelled(turn);
        return;
      case 'lost':
        if (turn.ending === null) this.#fail(turn, lossOf(turn, outcome), 'crash', random);
        else this.#cancelled(turn);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Ends a cancelled turn. A resume repeats the turn if the run was interrupted. */
  #cancelled(turn: ActiveTurn): void {
    const again = turn.ending === 'stopped' ? {} : { retry_at: this.#deps.runClock.now() };
    const why =
      turn.ending === 'budget'
        ? { kind: 'budget' as const, message: "The run's budget was used up before its next model call." }
        : { kind: 'cancelled' as const, message: 'It was told to stop.' };
    this.#end(turn, { result: 'cancelled', ...why, ...again });
  }

  #fail(turn: ActiveTurn, failure: Failure, result: 'error' | 'timeout' | 'crash', random: number): void {
    const { crew, recorder, dispatcher, runClock } = this.#deps;
    const { task, turn: name } = turn.key;
    const retries = dispatcher.task(task)?.retries ?? crew.settings.retries;
    const failed = { failure, crashed: result === 'crash', t: runClock.now(), random };
    const next = recorder.journaled.retries.afterFailure({ task, turn: name }, retries, failed);
    const said = next.retry ? failure : next.failure;
    const again = next.retry ? { retry_at: next.retryAt } : {};
    const limited = next.retry && next.rateLimited ? { rate_limited: true as const } : {};
    this.#end(turn, { result, kind: said.kind, message: said.message, ...again, ...limited });
  }

  #value(turn: ActiveTurn, text: string): void {
    if (turn.key.task === ASSIGNMENT) {
      this.#assign(turn, text);
      return;
    }
    const role = roleOf(turn.key.turn);
    const task = this.#deps.dispatcher.task(turn.key.task);
    const file = task?.output_file;
    if (role?.kind === 'vote') this.#vote(turn, role.agent, text);
    else if (role?.kind === 'propose' || task?.human_review === 'after') this.#give(turn, text);
    else if (file === undefined) this.#complete(turn, text);
    else {
      turn.writing = text;
      this.#deps.effects.add({ type: 'writeFile', id: { type: 'turn', key: turn.key }, file, text });
    }
  }

  /** Keeps the turn's output. It becomes the task's result after a human review or a vote. */
  #give(turn: ActiveTurn, text: string): void {
    const { recorder, results } = this.#deps;
    const shortened = turn.shortened.length > 0 ? { shortened: [...turn.shortened] } : {};
    results.keepOutput(turn.key.task, turn.key.turn, text);
    this.#end(turn, { result: 'ok', ...recorder.body(text), ...shortened });
  }

  #complete(turn: ActiveTurn, text: string): void {
    this.#close(turn, { result: 'ok' });
    this.#deps.completion.complete(turn.key.task, text, { shortened: turn.shortened });
    this.#acknowledge(turn);
  }

  /** Records a vote. The slot guarantees that `choice` made a proposal. */
  #vote(turn: ActiveTurn, agent: string, choice: string): void {
    this.#deps.recorder.emit({ type: 'vote', ...attemptOf(turn), agent, choice });
    this.#end(turn, { result: 'ok' });
  }

  /** Records assignments. The slot has already repeated invalid ones; the manager gets the remaining tasks. */
  #assign(turn: ActiveTurn, text: string): void {
    const { crew, recorder } = this.#deps;
    const toAssign = assignmentOf(crew, recorder.state);
    const { chosen } = readAssignment(toAssign, text);
    this.#close(turn, { result: 'ok' });
    const manager = managerOf(crew) ?? turn.agent;
    for (const task of toAssign.tasks)
      recorder.emit({ type: 'task.assigned', task, agent: chosen.get(task) ?? manager });
    recorder.emit({ type: 'task.completed', task: ASSIGNMENT, ...recorder.body(text) });
    this.#acknowledge(turn);
  }

  #end(turn: ActiveTurn, end: Ended): void {
    this.#close(turn, end);
    if (roleOf(turn.key.turn) !== null) this.#deps.completion.settle(turn.key.task);
    this.#acknowledge(turn);
  }

  /** Ends a turn. Its leases are released first, so that a lease never outlives its attempt. */
  #close(turn: ActiveTurn, end: Ended): void {
    const { recorder, requests, table } = this.#deps;
    requests.turnEnds(turn);
    table.remove(turn);
    recorder.emit({ type: 'attempt.ended', ...attemptOf(turn), ...end });
  }

  #acknowledge(turn: ActiveTurn): void {
    const { key, events } = turn;
    this.#deps.effects.add({ type: 'acknowledge', key, events, outcome: true, fenced: false });
  }
}

type Ended = Omit<EventOf<'attempt.ended'>, 'type' | 'seq' | 't' | 'task' | 'attempt' | 'turn'>;

function timeoutOf(turn: ActiveTurn): Failure {
  const seconds = turn.submission.timeout_ms / 1000;
  return { kind: 'timeout', message: `Timed out after ${seconds} s. Raise timeout_s if the task needs longer.` };
}

const OVER_MEMORY =
  'exceeded settings.slot_memory_mib and was killed. Raise the limit, or have the task read less at once.';

function lossOf(turn: ActiveTurn, { reason, detail }: Extract<SlotOutcome, { status: 'lost' }>): Failure {
  if (reason === 'memory') {
    return { kind: 'memory', message: `Slot ${turn.slot} ${OVER_MEMORY}` };
  }
  return { kind: 'crash', message: `The process of slot ${turn.slot} ended: ${detail}` };
}
