import { earliest } from '../../shared/control/base/earliest.ts';
import { isOverBudget, tasksToPay } from '../../shared/run/budget.ts';
import type { EventDraft } from '../../shared/run/events.ts';
import { openReview, openReviews } from '../../shared/run/review.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Effect } from './effect.ts';
import type { Steps } from './inbox.ts';
import type { Command, Input } from './input.ts';
import { interruptMessage, unpaidMessage } from './interruption.ts';
import type { CommandResult, InterruptReason, RunEnd } from './request.ts';
import { type ControllerDeps, componentsOf, type RunComponents } from './run-components.ts';
import { slotCount } from './run-facts.ts';

/**
 * Handles the inputs of a run and makes its decisions. It journals events and requests effects; it calls nothing
 * outside, and nothing calls it back. The caller takes the effects after each step.
 */
export class Controller implements Steps {
  readonly #deps: ControllerDeps;
  readonly #components: RunComponents;
  /** Set when the run is about to end: no turn starts, and the run ends this way as soon as it is idle. */
  #ending: RunEnd | null = null;
  /** Whether the run has ended. Later reports do not belong to it. */
  #closing = false;

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#components = componentsOf(deps);
  }

  /** How the run ends; null while it is in progress. */
  get ending(): RunEnd | null {
    return this.#ending;
  }

  get components(): RunComponents {
    return this.#components;
  }

  takeEffects(): readonly Effect[] {
    return this.#components.effects.take();
  }

  react(input: Input): void {
    if (this.#closing && input.type !== 'command' && input.type !== 'journal.failed') return;
    const { turns, requests, slots, leases, granted, completion, cache } = this.#components;
    switch (input.type) {
      case 'slot.started':
        slots.started(input);
        return;
      case 'slot.ready':
        slots.ready(input);
        return;
      case 'slot.exited':
        if (slots.exited(input)) this.#slotsFail(input.detail ?? input.reason);
        return;
      case 'slot.sampled':
        slots.sampled(input.samples);
        return;
      case 'turn.event':
        turns.event(input.key, input.number, input.event);
        return;
      case 'turn.request':
        requests.handle(input.key, input.id, input.request);
        return;
      case 'turn.requestCancelled':
        requests.cancelled(input.key, input.id);
        return;
      case 'turn.ended':
        turns.outcome(input.key, input.outcome, input.random);
        return;
      case 'begin':
        completion.settleAll();
        return;
      case 'timer':
        turns.expire();
        leases.expire();
        return;
      case 'continue':
        return;
      case 'journal.failed':
        this.#journalFailed(input.message);
        return;
      case 'command':
        this.#command(input.command, input.id);
        return;
      case 'file.written':
        this.#written(input);
        return;
      case 'cache.lookedUp':
        cache.lookedUp(input.task, input.lookup, this.#isOver);
        return;
      case 'slot.granted':
        granted?.granted(input.slot, input.candidate, input.from);
        return;
      case 'lease.granted':
        leases.grant(input.id);
        return;
      case 'pool.room':
        this.#deps.recorder.emit({ type: 'pool.room', ...input.room });
        return;
      default:
        input satisfies never;
    }
  }

  decide(): boolean {
    if (this.#closing || this.#ending?.status === 'finished') return false;
    const { requests, throttled, limits } = this.#components;
    requests.settle();
    if (this.#isOver) return false;
    const t = this.#deps.runClock.now();
    const decision = throttled.next(limits, t) ?? this.#deps.decider.next(t);
    if (decision === null) return false;
    this.#carryOut(decision);
    return true;
  }

  /** Interrupts a run that only a person could continue, and ends a finished run. */
  rest(): number | null {
    if (this.#closing) return null;
    const waits = this.#components.granted?.report() ?? false;
    const wakeAt = this.#decidesAt();
    if (!this.#isOver && !waits && !this.#isBusy() && wakeAt === null) this.#interruptIfStuck();
    this.#closeIfOver();
    if (this.#isOver) return null;
    const { deadlines, leases } = this.#components;
    return earliest(wakeAt, deadlines.wakeAt(), leases.wakeAt());
  }

  get #isOver(): boolean {
    return this.#ending !== null;
  }

  get #state(): RunState {
    return this.#deps.recorder.state;
  }

  get #isPaused(): boolean {
    return this.#state.paused.at(-1)?.end === null;
  }

  /** Whether a turn is running, or a result is being written, looked up or reviewed. */
  #isBusy(): boolean {
    const { table, completion, reviews, cache } = this.#components;
    return table.count > 0 || completion.isBusy || reviews.busy || cache.busy;
  }

  /** Returns the next run time at which a decision may be due without an input; null if there is none. */
  #decidesAt(): number | null {
    const { limits, throttled } = this.#components;
    const t = this.#deps.runClock.now();
    const freeAt = this.#waitsForAgents(throttled.throttled) ? throttled.wakeAt(limits, t) : null;
    return earliest(this.#deps.decider.wakeAt(), limits.wakeAt(t), freeAt);
  }

  /** Whether a task that is ready needs one of these agents, and the budget permits it. */
  #waitsForAgents(agents: ReadonlySet<string>): boolean {
    if (agents.size === 0 || isOverBudget(this.#state)) return false;
    for (const task of this.#state.tasks.values()) {
      if (task.status !== 'pending' || task.readyAt === null || openReview(task) !== null) continue;
      if ([task.agent, ...task.council].some((agent) => agent !== null && agents.has(agent))) return true;
    }
    return false;
  }

  #carryOut(draft: EventDraft): void {
    const { granted, turns, throttled, reviews, cache, leases, completion } = this.#components;
    const event = this.#deps.recorder.emit(draft);
    switch (event.type) {
      case 'attempt.started':
        granted?.used(event.slot);
        turns.start(event);
        return;
      case 'agent.held':
      case 'agent.freed':
        throttled.reduce(event);
        return;
      case 'review.asked':
        reviews.asked(event.task);
        return;
      case 'cache.asked':
        cache.asked(event.task);
        return;
      case 'resource.acquired':
        leases.acquired(event.id);
        return;
      case 'resource.timed_out':
        leases.timedOut(event.id);
        return;
      case 'task.failed':
      case 'task.skipped':
      case 'task.not_chosen':
      case 'task.cancelled':
        completion.ended(event.task);
        return;
      case 'run.finished':
        this.#ending = { status: 'finished', outcome: event.outcome };
        return;
      default: // Other inputs change only the state of the run.
        return;
    }
  }

  #command(command: Command, id: number | null): void {
    const { recorder, decider } = this.#deps;
    switch (command.type) {
      case 'pause':
        if (!this.#isOver && !this.#isPaused) recorder.emit({ type: 'run.paused' });
        return;
      case 'unpause':
        if (!this.#isOver && this.#isPaused) recorder.emit({ type: 'run.unpaused' });
        return;
      case 'stop':
        if (this.#isOver) return;
        if (this.#isPaused) recorder.emit({ type: 'run.unpaused' });
        decider.stop();
        this.#components.turns.cancelAll('stopped');
        return;
      case 'interrupt':
        this.#interrupt(command.reason, interruptMessage(command.reason));
        return;
      case 'setSlots':
        this.#setSlots(command.count);
        return;
      case 'setBudget':
        this.#reply(id, this.#setBudget(command.usd));
        return;
      case 'answerReview':
        if (this.#isOver) this.#components.reviews.refuse(command.task, id);
        else this.#components.reviews.answer(command.task, command.answer, id);
        return;
      default:
        command satisfies never;
    }
  }

  #setSlots(count: number): void {
    if (this.#isOver || count === slotCount(this.#state)) return;
    const { recorder, runClock } = this.#deps;
    const { limits, effects } = this.#components;
    recorder.emit({ type: 'run.slots', slots: count });
    limits.reduce({ type: 'slots.set', slots: count }, runClock.now());
    effects.add({ type: 'resizeSlots', count });
  }

  #setBudget(usd: number): CommandResult {
    if (this.#isOver) return { ok: false, message: 'The run has ended, or is about to.' };
    const set = this.#components.budget.set(usd);
    if (!set.ok) return set;
    this.#deps.recorder.emit(set.draft);
    return { ok: true };
  }

  #reply(command: number | null, result: CommandResult): void {
    if (command !== null) this.#components.effects.add({ type: 'reply', command, result });
  }

  #written({ id, result }: Extract<Input, { type: 'file.written' }>): void {
    const { turns, completion, reviews } = this.#components;
    switch (id.type) {
      case 'turn':
        turns.written(id.key, result);
        return;
      case 'task':
        completion.written(id.task, result);
        return;
      case 'review':
        reviews.written(id.task, result, this.#isOver);
        return;
      default:
        id satisfies never;
    }
  }

  #interruptIfStuck(): void {
    const { environment, decider, runClock } = this.#deps;
    const isUnpaid = isOverBudget(this.#state) && tasksToPay(this.#state).length > 0;
    // A turn that waits only for a slot process will start soon.
    const waitsForSlot = () => decider.sharing(runClock.now()).candidates.length > 0;
    if (isUnpaid && environment.attended !== true) this.#interrupt('budget', unpaidMessage(this.#state));
    else if (!this.#components.reviews.anybody && openReviews(this.#state).length > 0 && !waitsForSlot())
      this.#interrupt('review', interruptMessage('review'));
  }

  #interrupt(reason: InterruptReason, message: string): void {
    if (this.#isOver) return;
    this.#ending = { status: 'interrupted', reason, message };
    this.#components.granted?.withdraw();
    this.#components.turns.cancelAll('interrupted');
  }

  #slotsFail(detail: string): void {
    this.#interrupt('slots', `Slot processes keep exiting right after they start: ${detail}`);
  }

  #journalFailed(reason: string): void {
    const message = `The run's journal in ${this.#deps.dir} cannot be written (${reason}). Make room there, then resume the run.`;
    if (this.#isOver) this.#ending = { status: 'interrupted', reason: 'disk', message };
    else this.#interrupt('disk', message);
  }

  #closeIfOver(): void {
    // A slot that another row granted during this step may have ended the run already.
    if (this.#ending === null || this.#closing || this.#isBusy()) return;
    this.#closing = true;
    if (this.#ending.status === 'interrupted')
      this.#deps.recorder.emit({ type: 'run.interrupted', reason: this.#ending.reason });
    this.#components.effects.add({ type: 'close' });
  }
}
