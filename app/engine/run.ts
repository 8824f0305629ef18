import type { Crew } from '../../shared/project/schema.ts';
import { isOverBudget, tasksToPay } from '../../shared/run/budget.ts';
import type { EventDraft, RunEvent } from '../../shared/run/events.ts';
import { openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import { DecisionLoop } from './decision-loop.ts';
import { interruptMessage, unpaidMessage } from './interruption.ts';
import type { CommandResult, InterruptReason, ReviewAnswer, RunEnd, RunHandle, TextDelta } from './request.ts';
import { type RunComponents, type RunDeps, servicesOf } from './run-components.ts';
import { slotCount } from './run-facts.ts';

/** A run that this process carries: the loop from events to decisions and from decisions to turns. */
export class Run implements RunHandle {
  readonly id: string;
  readonly dir: string;
  readonly project: Crew;
  readonly done: Promise<RunEnd>;
  readonly #notes: string[];
  readonly #deps: RunDeps;
  readonly #services: RunComponents;
  readonly #loop: DecisionLoop;
  readonly #texts = new Set<(delta: TextDelta) => void>();
  /** Nothing new starts: the run ends so as soon as no turn runs. */
  #ending: RunEnd | null = null;
  #closing = false;
  #resolve: (end: RunEnd) => void = () => undefined;

  constructor(deps: RunDeps) {
    const { id, dir, project, notes, decider, runClock } = deps;
    this.#deps = deps;
    this.id = id;
    this.dir = dir;
    this.project = project;
    this.#notes = [...notes];
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const now = () => runClock.now();
    const isOver = () => this.#isOver();
    this.#loop = new DecisionLoop({
      decider: {
        next: (t) => this.#services.throttled.next(this.#services.limiter, t) ?? decider.next(t),
        wakeAt: () => decider.wakeAt(),
      },
      now,
      isOver,
      carryOut: (decision) => this.#carryOut(decision),
      onIdle: () => this.#rested(),
      ended: () => this.#settle(),
      alsoWakeAt: (t) =>
        earliest(this.#services.limiter.wakeAt(t), this.#services.throttled.wakeAt(this.#services.limiter, t)),
      woken: (t) => this.#services.limiter.wake(t),
    });
    this.#services = servicesOf(deps, {
      now,
      pump: () => this.#loop.pump(),
      wakeLater: () => this.#loop.setWake(),
      ended: () => this.#ended(),
      isOver,
      isClosing: () => this.#closing,
      text: ({ task, attempt, turn }, delta) => this.#text({ task, attempt, turn, delta }),
      slotsFail: (detail) => this.#slotsFail(detail),
    });
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get state(): RunState {
    return this.#deps.recorder.state;
  }

  /** Starts the slots and the loop. */
  begin(): void {
    this.#deps.recorder.whenFailed((reason) => this.#journalFailed(reason));
    this.#deps.host.start(slotCount(this.state), this.#services.listener);
    this.#services.completion.settleAll();
    this.#loop.pump();
  }

  subscribe(listener: (events: readonly RunEvent[]) => void): () => void {
    return this.#deps.recorder.subscribe(listener);
  }

  onText(listener: (delta: TextDelta) => void): () => void {
    this.#texts.add(listener);
    return () => this.#texts.delete(listener);
  }

  now(): number {
    return this.#deps.runClock.now();
  }

  pause(): void {
    if (this.#isOver() || this.#isPaused()) return;
    this.#deps.recorder.emit({ type: 'run.paused' });
    this.#services.granted?.tell();
  }

  unpause(): void {
    if (this.#isOver() || !this.#isPaused()) return;
    this.#deps.recorder.emit({ type: 'run.unpaused' });
    this.#loop.pump();
  }

  stop(): void {
    if (this.#isOver()) return;
    if (this.#isPaused()) this.#deps.recorder.emit({ type: 'run.unpaused' });
    this.#deps.decider.stop();
    this.#services.turns.cancelAll('stopped');
    this.#loop.pump();
  }

  interrupt(reason: InterruptReason, message = interruptMessage(reason)): void {
    if (this.#isOver()) return;
    this.#ending = { status: 'interrupted', reason, message };
    this.#services.granted?.withdraw();
    this.#services.turns.cancelAll('interrupted');
    this.#settle();
  }

  setSlots(count: number): void {
    if (this.#isOver() || count === slotCount(this.state)) return;
    this.#deps.recorder.emit({ type: 'run.slots', slots: count });
    this.#services.limiter.setSlots(this.now(), count);
    this.#deps.host.resize(count);
    this.#loop.pump();
  }

  async answerReview(task: string, answer: ReviewAnswer): Promise<CommandResult> {
    return this.#whenSafe(await this.#services.reviews.answer(task, answer));
  }

  reviewText(task: string): Promise<string | null> {
    return Promise.resolve(this.#services.reviews.text(task));
  }

  async setBudget(usd: number): Promise<CommandResult> {
    if (this.#isOver()) return { ok: false, message: 'The run has ended, or is about to.' };
    const result = this.#services.budget.set(usd);
    this.#loop.pump();
    return this.#whenSafe(result);
  }

  /** What was taken is told once it is in the journal. */
  #whenSafe(result: CommandResult): Promise<CommandResult> {
    if (!result.ok) return Promise.resolve(result);
    const safe = new Promise<CommandResult>((resolve) => this.#deps.recorder.whenSafe(() => resolve(result)));
    const lost = this.done.then(
      (): CommandResult => ({ ok: false, message: 'The run ended before that could be kept.' }),
    );
    return Promise.race([safe, lost]);
  }

  #isOver(): boolean {
    return this.#ending !== null;
  }

  /** A turn runs, or what one gave is being written, or what a person said about it. */
  #isBusy(): boolean {
    return (
      this.#services.turns.count > 0 ||
      this.#services.completion.isBusy ||
      this.#services.reviews.busy ||
      this.#services.cache.busy
    );
  }

  #isPaused(): boolean {
    return this.state.paused.at(-1)?.end === null;
  }

  #carryOut(draft: EventDraft): void {
    const event = this.#deps.recorder.emit(draft);
    switch (event.type) {
      case 'attempt.started':
        this.#services.granted?.used(event.slot);
        this.#services.turns.start(event);
        return;
      case 'agent.held':
      case 'agent.freed':
        this.#services.throttled.reduce(event);
        return;
      case 'review.asked':
        this.#services.reviews.asked(event.task);
        return;
      case 'cache.asked':
        this.#services.cache.asked(event.task);
        return;
      case 'resource.acquired':
        this.#services.leases.acquired(event.id);
        return;
      case 'resource.timed_out':
        this.#services.leases.timedOut(event.id);
        return;
      case 'task.failed':
      case 'task.skipped':
      case 'task.not_chosen':
      case 'task.cancelled':
        this.#services.completion.ended(event.task);
        return;
      case 'run.finished':
        this.#ending = { status: 'finished', outcome: event.outcome };
        return;
      default: // The others change the run's state alone.
        return;
    }
  }

  /** Nothing can be decided now: what comes next is a message of a slot, or a time. */
  #rested(): void {
    const waits = this.#services.granted?.tell() ?? false;
    this.#loop.setWake();
    if (waits || this.#isBusy() || this.#loop.isWaiting) return;
    const isUnpaid = isOverBudget(this.state) && tasksToPay(this.state).length > 0;
    if (isUnpaid && this.#deps.environment.attended !== true) this.interrupt('budget', unpaidMessage(this.state));
    else if (!this.#services.reviews.anybody && openReviews(this.state).length > 0 && !this.#waitsForSlot())
      this.interrupt('review');
  }

  /** A turn would start now, if the process of a slot was not still starting. */
  #waitsForSlot(): boolean {
    return this.#deps.decider.sharing(this.now()).wishes.length > 0;
  }

  /** A turn, an answer or a look into the cache has come to its end. */
  #ended(): void {
    this.#loop.pump();
    this.#services.granted?.tell();
    this.#settle();
  }

  #text(delta: TextDelta): void {
    for (const listener of this.#texts) listener(delta);
  }

  #slotsFail(detail: string): void {
    this.interrupt('slots', `Slot processes keep exiting right after they start: ${detail}`);
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
      this.#deps.recorder.emit({ type: 'run.interrupted', reason: this.#ending.reason });
    void this.#close();
  }

  async #close(): Promise<void> {
    this.#loop.stop();
    await Promise.all([this.#deps.recorder.close(), this.#deps.host.stop()]);
    await this.#services.cache.close();
    // A journal that failed in its last flush has changed how the run ended.
    const end = this.#ending;
    if (end === null) return;
    const note = await this.#deps.closed(end);
    if (note !== null) this.#notes.push(note);
    this.#resolve(end);
  }
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
