import type { Project } from '../../shared/project/schema.ts';
import { dollars, isOverBudget, spentUsd, tasksToPay } from '../../shared/run/budget.ts';
import type { EventDraft, RunEvent } from '../../shared/run/events.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { SlotHost, SlotListener } from '../../shared/slot/host.ts';
import type { ToolTexts } from '../../shared/slot/protocol.ts';
import { GrantedSlots } from './batch/granted-slots.ts';
import { Budget } from './budget.ts';
import { ResultCache } from './cache.ts';
import { Completion } from './completion.ts';
import type { Decider } from './decider.ts';
import { Dispatcher } from './dispatch.ts';
import { Leases } from './leases.ts';
import { Limiter, type Permits } from './limiter.ts';
import { Monitor } from './monitor.ts';
import type { Recorder } from './recorder.ts';
import type {
  Clock,
  InterruptReason,
  ReviewAnswer,
  RunCarrier,
  RunEnd,
  RunHandle,
  Taken,
  TextDelta,
} from './request.ts';
import { Requests } from './requests.ts';
import type { Results } from './results.ts';
import { Reviews } from './reviews.ts';
import type { RunClock } from './run-clock.ts';
import { limiterSettings, slotCount, startedOf } from './run-facts.ts';
import { slotListener } from './slot-listener.ts';
import type { Transcripts } from './transcript.ts';
import { Turns } from './turns.ts';

/** Node's timers take no more; who is woken too early waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Decisions are made this long at a stretch, so that a run of ten thousand tasks never holds up its process. */
const STRETCH_MS = 8;

export interface RunParts {
  id: string;
  dir: string;
  project: Project;
  carrier: RunCarrier;
  clock: Clock;
  runClock: RunClock;
  /** Its run has been started, and resumed where another process carried it before. */
  recorder: Recorder;
  decider: Decider;
  results: Results;
  transcripts: Transcripts;
  host: SlotHost;
  notes: readonly string[];
  /** Slot processes of the run, for who finds this process dead. */
  listSlots: (pids: readonly number[]) => void;
  /** Everything is flushed and every slot gone: what was opened is closed. */
  closed: (end: RunEnd) => Promise<void>;
}

/** A run that this process carries: the loop from events to decisions and from decisions to turns. */
export class Run implements RunHandle {
  readonly id: string;
  readonly dir: string;
  readonly project: Project;
  readonly notes: readonly string[];
  readonly done: Promise<RunEnd>;
  readonly #parts: RunParts;
  readonly #limiter: Permits;
  readonly #leases: Leases;
  readonly #completion: Completion;
  readonly #reviews: Reviews;
  readonly #turns: Turns;
  readonly #cache: ResultCache;
  /** Of a row of a batch. */
  readonly #granted: GrantedSlots | null;
  readonly #texts = new Set<(delta: TextDelta) => void>();
  readonly #listener: SlotListener;
  /** Nothing new starts: the run ends so as soon as no turn runs. */
  #ending: RunEnd | null = null;
  #closing = false;
  readonly #budget: Budget;
  #pumping = false;
  #wake: NodeJS.Timeout | null = null;
  #later: NodeJS.Immediate | null = null;
  #resolve: (end: RunEnd) => void = () => undefined;

  constructor(parts: RunParts) {
    const { project, recorder, decider, host, carrier, clock, results, transcripts } = parts;
    const { state } = recorder;
    this.#parts = parts;
    this.id = parts.id;
    this.dir = parts.dir;
    this.project = project;
    this.notes = parts.notes;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const now = () => this.now();
    const pump = () => this.#pump();
    const { share } = carrier;
    const emit = (draft: EventDraft) => {
      if (!this.#closing) recorder.emit(draft);
    };
    this.#limiter = share?.limiter(now, emit) ?? new Limiter(slotCount(state), limiterSettings(project), emit);
    this.#granted = share ? new GrantedSlots({ slots: share.slots, recorder, decider, now, pump }) : null;
    this.#leases = new Leases({ project, recorder, decider, running: () => this.#turns.all(), pump });
    this.#budget = new Budget({ recorder, share, usedUp: () => requests.giveUpWaiting() });
    const requests = new Requests({
      host,
      leases: this.#leases,
      limiter: this.#limiter,
      monitor: new Monitor(recorder, now),
      budget: this.#budget,
      giveUp: (turn) => this.#turns.giveUp(turn),
      now,
      find: (key) => this.#turns.find(key),
      wakeLater: () => this.#setWake(),
    });
    const { settings, rehearsal, seed, inputs } = startedOf(state);
    const { workspace } = settings;
    const given = { ...project.inputs, ...inputs };
    const toolTexts = new Map<string, ToolTexts>();
    const dispatcher = new Dispatcher({
      run: this.id,
      project,
      state,
      carrier,
      workspace,
      rehearsal,
      seed,
      inputs: given,
      results,
      transcripts,
      toolTexts,
    });
    const ended = () => this.#turnEnded();
    this.#completion = new Completion({ project, recorder, decider, results, transcripts, workspace, ended });
    this.#reviews = new Reviews({
      project,
      workspace,
      reviewer: carrier.reviewer ?? 'nobody',
      recorder,
      results,
      completion: this.#completion,
      transcripts,
      isOver: () => this.#isOver(),
      answered: ended,
    });
    this.#cache = new ResultCache({
      dir: parts.dir,
      project,
      workspace,
      access: carrier.cache ?? null,
      version: carrier.versions['crewlane'] ?? '',
      recorder,
      dispatcher,
      completion: this.#completion,
      toolTexts,
      clock,
      isOver: () => this.#isOver(),
      looked: ended,
    });
    this.#turns = new Turns({
      project,
      host,
      recorder,
      decider,
      dispatcher,
      requests,
      budget: this.#budget,
      completion: this.#completion,
      results,
      transcripts,
      clock,
      now,
      workspace,
      ended,
    });
    this.#listener = slotListener({
      project,
      host,
      recorder,
      turns: this.#turns,
      requests,
      closing: () => this.#closing,
      listSlots: parts.listSlots,
      text: (key, delta) => this.#text({ task: key.task, attempt: key.attempt, turn: key.turn, delta }),
      slotsFail: (detail) => this.#slotsFail(detail),
      pump,
    });
  }

  get state(): RunState {
    return this.#parts.recorder.state;
  }

  /** Starts the slots and the loop. */
  begin(): void {
    this.#parts.recorder.whenFailed((reason) => this.#journalFailed(reason));
    this.#parts.host.start(slotCount(this.state), this.#listener);
    this.#completion.settleAll();
    this.#pump();
  }

  subscribe(listener: (events: readonly RunEvent[]) => void): () => void {
    return this.#parts.recorder.subscribe(listener);
  }

  onText(listener: (delta: TextDelta) => void): () => void {
    this.#texts.add(listener);
    return () => this.#texts.delete(listener);
  }

  now(): number {
    return this.#parts.runClock.now();
  }

  pause(): void {
    if (this.#isOver() || this.#isPaused()) return;
    this.#parts.recorder.emit({ type: 'run.paused' });
    this.#turns.cancelAll('paused');
    this.#granted?.tell();
  }

  unpause(): void {
    if (this.#isOver() || !this.#isPaused()) return;
    this.#parts.recorder.emit({ type: 'run.unpaused' });
    this.#pump();
  }

  stop(): void {
    if (this.#isOver()) return;
    if (this.#isPaused()) this.#parts.recorder.emit({ type: 'run.unpaused' });
    this.#parts.decider.stop();
    this.#turns.cancelAll('stopped');
    this.#pump();
  }

  interrupt(reason: InterruptReason, message = messageFor(reason)): void {
    if (this.#isOver()) return;
    this.#ending = { status: 'interrupted', reason, message };
    this.#granted?.withdraw();
    this.#turns.cancelAll('interrupted');
    this.#settle();
  }

  setSlots(count: number): void {
    if (this.#isOver() || count === slotCount(this.state)) return;
    this.#parts.recorder.emit({ type: 'run.slots', slots: count });
    this.#limiter.setSlots(count);
    this.#parts.host.resize(count);
    this.#pump();
  }

  async answerReview(task: string, answer: ReviewAnswer): Promise<Taken> {
    return this.#whenSafe(await this.#reviews.answer(task, answer));
  }

  reviewText(task: string): Promise<string | null> {
    return Promise.resolve(this.#reviews.text(task));
  }

  async setBudget(usd: number): Promise<Taken> {
    if (this.#isOver()) return { ok: false, message: 'The run has ended, or is about to.' };
    const taken = this.#budget.set(usd);
    this.#pump();
    return this.#whenSafe(taken);
  }

  /** What was taken is told once it is in the journal. */
  #whenSafe(taken: Taken): Promise<Taken> {
    if (!taken.ok) return Promise.resolve(taken);
    const safe = new Promise<Taken>((resolve) => this.#parts.recorder.whenSafe(() => resolve(taken)));
    const lost = this.done.then((): Taken => ({ ok: false, message: 'The run ended before that could be kept.' }));
    return Promise.race([safe, lost]);
  }

  #isOver(): boolean {
    return this.#ending !== null;
  }

  /** A turn runs, or what one gave is being written, or what a person said about it. */
  #isBusy(): boolean {
    return this.#turns.count > 0 || this.#completion.isBusy || this.#reviews.busy || this.#cache.busy;
  }

  #isPaused(): boolean {
    return this.state.paused.at(-1)?.end === null;
  }

  /** Carries out every decision that can be made now. */
  #pump(): void {
    if (this.#pumping || this.#isOver()) return;
    this.#pumping = true;
    const until = performance.now() + STRETCH_MS;
    let decision = this.#parts.decider.next(this.now());
    while (decision !== null) {
      this.#carryOut(decision);
      if (this.#isOver() || performance.now() > until) break;
      decision = this.#parts.decider.next(this.now());
    }
    this.#pumping = false;
    if (this.#isOver()) this.#settle();
    else if (decision === null) this.#rest();
    else this.#later ??= setImmediate(() => this.#goOn());
  }

  #goOn(): void {
    this.#later = null;
    this.#pump();
  }

  #carryOut(draft: EventDraft): void {
    const event = this.#parts.recorder.emit(draft);
    switch (event.type) {
      case 'attempt.started':
        this.#granted?.used(event.slot);
        this.#turns.start(event);
        return;
      case 'review.asked':
        this.#reviews.asked(event.task);
        return;
      case 'cache.asked':
        this.#cache.asked(event.task);
        return;
      case 'resource.acquired':
        this.#leases.acquired(event.id);
        return;
      case 'resource.timed_out':
        this.#leases.timedOut(event.id);
        return;
      case 'task.failed':
      case 'task.skipped':
      case 'task.not_chosen':
      case 'task.cancelled':
        this.#completion.ended(event.task);
        return;
      case 'run.finished':
        this.#ending = { status: 'finished', outcome: event.outcome };
        return;
      default: // The others change the run's state alone.
        return;
    }
  }

  /** Nothing can be decided now: what comes next is a message of a slot, or a time. */
  #rest(): void {
    const waits = this.#granted?.tell() ?? false;
    this.#setWake();
    if (waits || this.#isBusy() || this.#wake !== null) return;
    const isUnpaid = isOverBudget(this.state) && tasksToPay(this.state).length > 0;
    if (isUnpaid && this.#parts.carrier.attended !== true) this.interrupt('budget', unpaidMessage(this.state));
    else if (!this.#reviews.anybody && openReviews(this.state).length > 0) this.interrupt('review');
  }

  #setWake(): void {
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = null;
    const now = this.now();
    const times = [this.#parts.decider.wakeAt(), this.#limiter.wakeAt(now)];
    // What is due already and yet could not be done waits for an event, not for a time.
    const ahead = times.flatMap((time) => (time !== null && time > now ? [time] : []));
    if (ahead.length === 0 || this.#isOver()) return;
    this.#wake = setTimeout(() => this.#woken(), Math.min(Math.min(...ahead) - now, LONGEST_TIMER_MS));
  }

  #woken(): void {
    this.#wake = null;
    this.#limiter.wake(this.now());
    this.#pump();
  }

  #turnEnded(): void {
    this.#pump();
    this.#granted?.tell();
    this.#settle();
  }

  #text(delta: TextDelta): void {
    for (const listener of this.#texts) listener(delta);
  }

  #slotsFail(detail: string): void {
    this.interrupt('slots', `Slot processes end again and again as soon as they start: ${detail}`);
  }

  #journalFailed(reason: string): void {
    const message = `The run's journal in ${this.dir} cannot be written (${reason}). Make room there, then resume the run.`;
    if (this.#isOver()) this.#ending = { status: 'interrupted', reason: 'disk', message };
    else this.interrupt('disk', message);
  }

  /** Lets go of the run once it is to end and no turn runs. */
  #settle(): void {
    if (this.#ending === null || this.#closing || this.#isBusy()) return;
    this.#closing = true;
    if (this.#ending.status === 'interrupted')
      this.#parts.recorder.emit({ type: 'run.interrupted', reason: this.#ending.reason });
    void this.#close();
  }

  async #close(): Promise<void> {
    if (this.#wake) clearTimeout(this.#wake);
    if (this.#later) clearImmediate(this.#later);
    await Promise.all([this.#parts.recorder.close(), this.#parts.host.stop()]);
    await this.#cache.close();
    // A journal that failed in its last flush has changed how the run ended.
    const end = this.#ending;
    if (end === null) return;
    await this.#parts.closed(end);
    this.#resolve(end);
  }
}

function unpaidMessage(state: RunState): string {
  const { budgetUsd } = state;
  const budget = budgetUsd === null ? '' : ` of ${dollars(budgetUsd)}`;
  const left = tasksToPay(state).length;
  const tasks = left === 1 ? '1 task' : `${left} tasks`;
  return `Its budget${budget} is used up: ${dollars(spentUsd(state))} spent, ${tasks} left. Give it more to go on.`;
}

function messageFor(reason: InterruptReason): string {
  switch (reason) {
    case 'signal':
      return 'It was told to end by a signal.';
    case 'quit':
      return 'The application was closed.';
    case 'budget':
      return 'Its budget is used up.';
    case 'review':
      return 'It waits for a review, and nobody is there to give it.';
    case 'disk':
      return 'Its journal cannot be written.';
    case 'slots':
      return 'Its slot processes do not start.';
  }
}
