import { afterFailure } from '../../../shared/control/retries/retry.ts';
import type { Crew } from '../../../shared/project/schema.ts';
import { roleOf } from '../../../shared/run/consensus.ts';
import type { Failure } from '../../../shared/run/error-kind.ts';
import { ASSIGNMENT, type EventOf } from '../../../shared/run/events.ts';
import { managerOf } from '../../../shared/run/fold.ts';
import { readAssignment } from '../../../shared/slot/assignment.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { type SlotEvent, type SlotOutcome, type TurnKey, turnKeyText } from '../../../shared/slot/protocol.ts';
import type { Budget } from '../budget/budget.ts';
import type { Decider } from '../decider.ts';
import type { Recorder } from '../journal/recorder.ts';
import { writeOutputFile } from '../output-file.ts';
import { assignmentOf, type Dispatcher } from '../prompts/dispatch.ts';
import type { Requests } from '../requests.ts';
import type { Clock } from '../run-clock.ts';
import { type ActiveTurn, attemptOf, type Ending } from './active-turn.ts';
import type { Completion } from './completion.ts';
import { Deadline } from './deadline.ts';
import type { Results } from './results.ts';
import { draftOf } from './slot-event.ts';
import type { Transcripts } from './transcript.ts';

/** How long a turn that was told to stop has, before its slot is killed. */
const GRACE_MS = 250;

export interface TurnDeps {
  project: Crew;
  host: SlotHost;
  recorder: Recorder;
  decider: Decider;
  dispatcher: Dispatcher;
  requests: Requests;
  budget: Budget;
  completion: Completion;
  results: Results;
  transcripts: Transcripts;
  clock: Clock;
  now: () => number;
  workspace: string;
  /** A turn has ended: the scheduler may have decisions, and who waits for the last one can go on. */
  ended: () => void;
}

/** The turns that slots carry now: submitted, watched over, and ended exactly once. */
export class Turns {
  readonly #deps: TurnDeps;
  readonly #active = new Map<string, ActiveTurn>();
  /** Turns whose result is being written to the task's `output_file`. */
  readonly #writing = new Set<ActiveTurn>();

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#active.size;
  }

  all(): Iterable<ActiveTurn> {
    return this.#active.values();
  }

  find(key: TurnKey): ActiveTurn | undefined {
    return this.#active.get(turnKeyText(key));
  }

  /** Carries out the decision to start a turn. */
  start(started: EventOf<'attempt.started'>): void {
    const { dispatcher, host, clock, requests } = this.#deps;
    const { submission, shortened } = dispatcher.submission(started);
    const deadline = new Deadline(submission.timeout_ms, clock, () => this.#cancel(turn, 'timeout'));
    const turn: ActiveTurn = {
      key: submission.key,
      slot: started.slot,
      agent: started.agent,
      submission,
      deadline,
      shortened,
      leases: new Map(),
      events: 0,
      ending: null,
    };
    this.#active.set(turnKeyText(turn.key), turn);
    const permit = requests.permitAtOnce(turn);
    host.submit(started.slot, permit === null ? submission : { ...submission, permit });
  }

  /** Tells all turns to stop. */
  cancelAll(ending: Ending): void {
    for (const turn of [...this.#active.values()])
      if (turn.ending === null && !this.#writing.has(turn)) this.#cancel(turn, ending);
  }

  /** Tells a turn to stop that would ask a model for what nobody pays; it goes on when there is money again. */
  cancelForBudget(turn: ActiveTurn): void {
    if (turn.ending === null) this.#cancel(turn, 'budget');
  }

  event(key: TurnKey, number: number, event: SlotEvent): void {
    const turn = this.find(key);
    if (!turn) return;
    const { recorder, transcripts, host, requests, budget } = this.#deps;
    const waitedMs = event.type === 'llm.call' ? requests.waitedFor(turn, event) : 0;
    recorder.emit(draftOf(turn, event, waitedMs, (text) => recorder.blob(text)));
    transcripts.take(key.task, key.attempt, key.turn, event);
    if (event.type === 'llm.call') {
      budget.spend(event.cost_usd ?? 0);
      requests.called(turn, event);
    }
    turn.events = number;
    recorder.whenSafe(() => host.acknowledge(key, number, false));
  }

  /** Anything but the outcome of a turn that runs now is refused, and acknowledged so that nobody says it again. */
  outcome(key: TurnKey, outcome: SlotOutcome): void {
    const turn = this.find(key);
    if (!turn || this.#writing.has(turn)) {
      this.#deps.host.acknowledge(key, 0, true);
      return;
    }
    turn.deadline.clear();
    this.#take(turn, outcome);
  }

  #cancel(turn: ActiveTurn, ending: Ending): void {
    turn.ending = ending;
    turn.deadline.clear();
    this.#deps.host.cancel(turn.key, GRACE_MS);
  }

  #take(turn: ActiveTurn, outcome: SlotOutcome): void {
    if (turn.ending === 'timeout') {
      this.#fail(turn, timeoutOf(turn), 'timeout');
      return;
    }
    switch (outcome.status) {
      case 'value':
        this.#value(turn, outcome.text);
        return;
      case 'error':
        if (turn.ending === null) this.#fail(turn, outcome.failure, 'error');
        else this.#cancelled(turn);
        return;
      case 'cancelled':
        if (turn.ending === null)
          this.#fail(turn, { kind: 'bad_answer', message: 'The slot abandoned the turn.' }, 'error');
        else this.#cancelled(turn);
        return;
      case 'lost':
        if (turn.ending === null) this.#fail(turn, lossOf(turn, outcome), 'crash');
        else this.#cancelled(turn);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Stopped for good, or to be done again when the run goes on. */
  #cancelled(turn: ActiveTurn): void {
    const again = turn.ending === 'stopped' ? {} : { retry_at: this.#deps.now() };
    const why =
      turn.ending === 'budget'
        ? { kind: 'budget' as const, message: "The run's budget was used up before its next model call." }
        : { kind: 'cancelled' as const, message: 'It was told to stop.' };
    this.#end(turn, { result: 'cancelled', ...why, ...again });
  }

  #fail(turn: ActiveTurn, failure: Failure, result: 'error' | 'timeout' | 'crash'): void {
    const { project, recorder, dispatcher, clock, now } = this.#deps;
    const { task, turn: name } = turn.key;
    const state = recorder.state.tasks.get(task);
    if (!state) return;
    const retries = dispatcher.task(task)?.retries ?? project.settings.retries;
    const failed = { failure, crashed: result === 'crash', t: now(), random: clock.random() };
    const next = afterFailure(state, name, retries, failed);
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
    else void this.#write(turn, file, text);
  }

  async #write(turn: ActiveTurn, file: string, text: string): Promise<void> {
    this.#writing.add(turn);
    const written = await writeOutputFile(this.#deps.workspace, file, text);
    this.#writing.delete(turn);
    if (written.ok) this.#complete(turn, text);
    else this.#fail(turn, { kind: 'output', message: written.message }, 'error');
  }

  /** What it gave is kept with its end, and is the task's result once a person says so, or the votes. */
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
    this.#deps.ended();
  }

  /** The slot has made sure that `choice` is one who proposed. */
  #vote(turn: ActiveTurn, agent: string, choice: string): void {
    this.#deps.recorder.emit({ type: 'vote', ...attemptOf(turn), agent, choice });
    this.#end(turn, { result: 'ok' });
  }

  /** The slot has asked again for whom there was no agent; the manager takes what is left. */
  #assign(turn: ActiveTurn, text: string): void {
    const { project, recorder } = this.#deps;
    const toAssign = assignmentOf(project, recorder.state);
    const { chosen } = readAssignment(toAssign, text);
    this.#close(turn, { result: 'ok' });
    const manager = managerOf(project) ?? turn.agent;
    for (const task of toAssign.tasks)
      recorder.emit({ type: 'task.assigned', task, agent: chosen.get(task) ?? manager });
    recorder.emit({ type: 'task.completed', task: ASSIGNMENT, ...recorder.body(text) });
    this.#acknowledge(turn);
    this.#deps.ended();
  }

  #end(turn: ActiveTurn, end: Ended): void {
    this.#close(turn, end);
    if (roleOf(turn.key.turn) !== null) this.#deps.completion.settle(turn.key.task);
    this.#acknowledge(turn);
    this.#deps.ended();
  }

  /** What it held goes back before it ends, so that a lease never outlives its attempt. */
  #close(turn: ActiveTurn, end: Ended): void {
    const { recorder, requests } = this.#deps;
    requests.turnEnds(turn);
    this.#active.delete(turnKeyText(turn.key));
    recorder.emit({ type: 'attempt.ended', ...attemptOf(turn), ...end });
  }

  #acknowledge(turn: ActiveTurn): void {
    const { recorder, host } = this.#deps;
    recorder.whenSafe(() => host.acknowledge(turn.key, turn.events, true));
  }
}

type Ended = Omit<EventOf<'attempt.ended'>, 'type' | 'seq' | 't' | 'task' | 'attempt' | 'turn'>;

function timeoutOf(turn: ActiveTurn): Failure {
  const seconds = turn.submission.timeout_ms / 1000;
  return { kind: 'timeout', message: `Timed out after ${seconds} s. Raise timeout_s if the task needs longer.` };
}

const OUTGREW =
  'exceeded settings.slot_memory_mib and was killed. Raise the limit, or have the task read less at once.';

function lossOf(turn: ActiveTurn, { reason, detail }: Extract<SlotOutcome, { status: 'lost' }>): Failure {
  if (reason === 'memory') {
    return { kind: 'memory', message: `Slot ${turn.slot} ${OUTGREW}` };
  }
  return { kind: 'crash', message: `The process of slot ${turn.slot} ended: ${detail}` };
}
