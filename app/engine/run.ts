import type { Crew } from '../../shared/crew/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { SlotListener } from '../../shared/slot/host.ts';
import { isLocalHost } from '../../shared/slot/local-host.ts';
import type { RowSide } from './batch/share.ts';
import { Controller } from './controller.ts';
import type { Effect } from './effect.ts';
import { Inbox } from './inbox.ts';
import type { Command, Input } from './input.ts';
import { writeOutputFile } from './output-file.ts';
import { Provision } from './provision.ts';
import type { CommandResult, InterruptReason, ReviewAnswer, RunEnd, RunHandle, TextDelta } from './request.ts';
import type { RunDeps } from './run-components.ts';
import { slotCount, startedOf } from './run-facts.ts';

/** A run in this process: the shell around its controller. It passes inputs in and performs effects. */
export class Run implements RunHandle {
  readonly id: string;
  readonly dir: string;
  readonly crew: Crew;
  readonly done: Promise<RunEnd>;
  readonly #notes: string[];
  readonly #deps: RunDeps;
  readonly #controller: Controller;
  readonly #inbox: Inbox;
  readonly #provision: Provision;
  readonly #texts = new Set<(delta: TextDelta) => void>();
  /** Commands that wait for their reply, by number. */
  readonly #replies = new Map<number, (result: CommandResult) => void>();
  #lastCommand = 0;
  #resolve: (end: RunEnd) => void = () => undefined;

  constructor(deps: RunDeps) {
    const { id, dir, crew, notes, runClock } = deps;
    this.#deps = deps;
    this.id = id;
    this.dir = dir;
    this.crew = crew;
    this.#notes = [...notes];
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { workspace } = startedOf(deps.recorder.state).settings;
    const { environment, recorder } = deps;
    this.#provision = new Provision(
      workspace,
      (agent) => environment.access(agent),
      (key) => recorder.hide(key),
    );
    this.#controller = new Controller({ ...deps, wake: () => this.#receive({ type: 'continue' }) });
    this.#inbox = new Inbox(this.#controller, (effect) => this.#perform(effect), runClock);
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get state(): RunState {
    return this.#deps.recorder.state;
  }

  /** Starts the slots and the loop. */
  begin(): void {
    const { recorder, host, environment } = this.#deps;
    recorder.whenFailed((message) => this.#receive({ type: 'journal.failed', message }));
    environment.share?.slots.join(this.#rowSide());
    host.start(slotCount(this.state), this.#listener());
    this.#receive({ type: 'begin' });
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
    this.#command({ type: 'pause' });
  }

  unpause(): void {
    this.#command({ type: 'unpause' });
  }

  stop(): void {
    this.#command({ type: 'stop' });
  }

  interrupt(reason: InterruptReason): void {
    this.#command({ type: 'interrupt', reason });
  }

  setSlots(count: number): void {
    this.#command({ type: 'setSlots', count });
  }

  answerReview(task: string, answer: ReviewAnswer): Promise<CommandResult> {
    return this.#ask({ type: 'answerReview', task, answer });
  }

  setBudget(usd: number): Promise<CommandResult> {
    return this.#ask({ type: 'setBudget', usd });
  }

  async reviewText(task: string): Promise<string | null> {
    return this.#controller.components.reviews.text(task);
  }

  #receive(input: Input): void {
    this.#inbox.receive(input);
  }

  #command(command: Command): void {
    this.#receive({ type: 'command', id: null, command });
  }

  #ask(command: Command): Promise<CommandResult> {
    this.#lastCommand += 1;
    const id = this.#lastCommand;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#receive({ type: 'command', id, command });
    });
  }

  /** Converts slot reports into inputs. Streamed text bypasses the controller because it changes no state. */
  #listener(): SlotListener {
    const { table } = this.#controller.components;
    const { clock } = this.#deps;
    return {
      slotStarted: (slot, where) => this.#receive({ type: 'slot.started', slot, where }),
      slotReady: (slot, where, ms) => this.#receive({ type: 'slot.ready', slot, where, ms }),
      slotExited: (slot, where, reason, detail) => this.#receive({ type: 'slot.exited', slot, where, reason, detail }),
      sample: (samples) => this.#receive({ type: 'slot.sampled', samples }),
      event: (key, number, event) => this.#receive({ type: 'turn.event', key, number, event }),
      request: (key, id, request) => this.#receive({ type: 'turn.request', key, id, request }),
      requestCancelled: (key, id) => this.#receive({ type: 'turn.requestCancelled', key, id }),
      outcome: (key, outcome) => this.#receive({ type: 'turn.ended', key, outcome, random: clock.random() }),
      text: ({ task, attempt, turn, run }, delta) => {
        if (!table.find({ task, attempt, turn, run })) return;
        for (const listener of this.#texts) listener({ task, attempt, turn, delta });
      },
    };
  }

  /** Converts grants of the batch into inputs, and answers its queries. */
  #rowSide(): RowSide {
    const { decider } = this.#deps;
    const { leases } = this.#controller.components;
    return {
      granted: (slot, candidate, from) => this.#receive({ type: 'slot.granted', slot, candidate, from }),
      leased: (id) => this.#receive({ type: 'lease.granted', id }),
      room: (room) => this.#receive({ type: 'pool.room', room }),
      waits: () => decider.waits(),
      use: (resource) => leases.use(resource),
    };
  }

  #perform(effect: Effect): void {
    const { host, recorder } = this.#deps;
    switch (effect.type) {
      case 'resizeSlots':
        host.resize(effect.count);
        return;
      case 'submitTurn':
        if (isLocalHost(host)) host.provide(this.id, this.#provision.for(effect.submission));
        host.submit(effect.slot, effect.submission);
        return;
      case 'cancelTurn':
        host.cancel(effect.key, effect.graceMs);
        return;
      case 'killSlot':
        host.kill(effect.slot, effect.reason);
        return;
      case 'answerRequest':
        host.answer(effect.key, effect.id, effect.answer);
        return;
      case 'acknowledge': {
        const { key, events, outcome } = effect;
        if (effect.fenced) host.acknowledge(key, events, outcome);
        else recorder.whenSafe(() => host.acknowledge(key, events, outcome));
        return;
      }
      case 'writeFile':
        void this.#write(effect);
        return;
      case 'lookUpCache':
        void this.#lookUp(effect.task);
        return;
      case 'reply':
        if (effect.result.ok) recorder.whenSafe(() => this.#reply(effect.command, effect.result));
        else this.#reply(effect.command, effect.result);
        return;
      case 'close':
        void this.#close();
        return;
      default:
        effect satisfies never;
    }
  }

  async #write({ id, file, text }: Extract<Effect, { type: 'writeFile' }>): Promise<void> {
    const { workspace } = startedOf(this.state).settings;
    this.#receive({ type: 'file.written', id, result: await writeOutputFile(workspace, file, text) });
  }

  async #lookUp(task: string): Promise<void> {
    const lookup = await this.#controller.components.cache.lookUp(task);
    this.#receive({ type: 'cache.lookedUp', task, lookup });
  }

  #reply(command: number, result: CommandResult): void {
    this.#replies.get(command)?.(result);
    this.#replies.delete(command);
  }

  async #close(): Promise<void> {
    this.#inbox.stop();
    await Promise.all([this.#deps.recorder.close(), this.#deps.host.stop()]);
    await this.#controller.components.cache.close();
    // A failed last flush changes the outcome of the run.
    const end = this.#controller.ending;
    if (end === null) return;
    const note = await this.#deps.closed(end);
    if (note !== null) this.#notes.push(note);
    for (const command of [...this.#replies.keys()])
      this.#reply(command, { ok: false, message: 'The run ended before that could be kept.' });
    this.#resolve(end);
  }
}
