import type {
  Command,
  CommandResult,
  InterruptReason,
  PersonAnswer,
  ReviewAnswer,
  RunEnd,
} from '../../shared/control/base/command.ts';
import type { Effect } from '../../shared/control/base/effect.ts';
import type { Input } from '../../shared/control/base/input.ts';
import type { RunTexts } from '../../shared/control/control-state.ts';
import type { JournaledState } from '../../shared/control/journaled-state.ts';
import { type OpenedAt, type Opening, openRun } from '../../shared/control/open-run.ts';
import type { Output } from '../../shared/control/recorder.ts';
import type { RunControl } from '../../shared/control/run-control.ts';
import { slotCount } from '../../shared/control/run-facts.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { SlotHost, SlotListener } from '../../shared/slot/host.ts';
import { isLocalHost } from '../../shared/slot/local-host.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import type { RowSide } from './batch/share.ts';
import { ResultCache } from './cache/result-cache.ts';
import { controlContext } from './control-context.ts';
import { Inbox, type Shell } from './inbox.ts';
import type { RunJournal } from './journal/run-journal.ts';
import type { Secrets } from './journal/secrets.ts';
import { writeOutputFile } from './output-file.ts';
import { TurnPlanner } from './prompts/turn-planner.ts';
import { Provision } from './provision.ts';
import { writeRecording } from './recording/recording-file.ts';
import { Replay } from './recording/replay.ts';
import { ReplayedPerson } from './recording/replayed-person.ts';
import type { RunEnvironment, RunHandle, TextDelta } from './request.ts';
import { type RunClock, systemClock } from './run-clock.ts';
import type { RunOwner } from './run-owner.ts';
import type { StartedDraft } from './run-started-event.ts';
import { ToolRequests } from './tool-requests.ts';

/** A run that this process has opened: its restored state, its journal and its locks. */
export interface OpenedRun {
  readonly dir: string;
  readonly environment: RunEnvironment;
  /** The first event of the run. */
  readonly started: StartedDraft;
  readonly journaled: JournaledState;
  readonly texts: RunTexts;
  readonly opening: Opening;
  readonly runClock: RunClock;
  /** The time of the opening's events. `run.resumed` records the same moment in run, batch and wall time. */
  readonly openedAt: OpenedAt;
  readonly journal: RunJournal;
  readonly secrets: Secrets;
  readonly owner: RunOwner;
  /** Repairs when the run was opened, for a person. */
  readonly notes: readonly string[];
}

/** A run in this process: the shell around its controller. It passes inputs in and performs effects. */
export class Run implements RunHandle, Shell {
  readonly done: Promise<RunEnd>;
  readonly #opened: OpenedRun;
  readonly #host: SlotHost;
  readonly #notes: string[];
  readonly #control: RunControl;
  readonly #inbox: Inbox;
  readonly #cache: ResultCache;
  readonly #provision: Provision;
  readonly #tools: ToolRequests;
  readonly #person: ReplayedPerson | null;
  readonly #texts = new Set<(delta: TextDelta) => void>();
  /** Commands that wait for their reply, by number. */
  readonly #replies = new Map<number, (result: CommandResult) => void>();
  #lastCommand = 0;
  #resolve: (end: RunEnd) => void = () => undefined;

  constructor(opened: OpenedRun, host: SlotHost) {
    const { environment, started, journaled, texts, opening } = opened;
    this.#opened = opened;
    this.#host = host;
    this.#notes = [...opened.notes];
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#provision = new Provision(
      environment.workspace,
      (agent, fallback) => environment.access(agent, fallback),
      (key) => opened.secrets.add(key),
    );
    const { recording } = environment;
    const replay = recording?.mode === 'replay' ? new Replay(recording.recording, recording.speed) : null;
    this.#tools = new ToolRequests(
      environment,
      (text) => opened.secrets.redact(text),
      replay,
      (input) => this.#receive(input),
    );
    this.#person = replay && new ReplayedPerson(this, replay, (reason) => this.#notes.push(reason));
    const planner = new TurnPlanner(environment, started);
    this.#cache = new ResultCache(environment, planner, started);
    const row = { now: () => this.now(), wake: () => this.#receive({ type: 'continue' }) };
    const context = controlContext(environment, planner, opened.secrets, row);
    this.#control = openRun(context, journaled, texts, opening, opened.openedAt);
    this.#inbox = new Inbox(this.#control, this);
  }

  get id(): string {
    return this.#opened.started.run;
  }

  get dir(): string {
    return this.#opened.dir;
  }

  get crew(): Crew {
    return this.#opened.environment.crew;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get state(): RunState {
    return this.#opened.journaled.run;
  }

  /** Starts the slots and the loop. */
  begin(): void {
    const { journal, dir, environment } = this.#opened;
    journal.whenFailed((reason) => {
      const message = `The run's journal in ${dir} cannot be written (${reason}). Make room there, then resume the run.`;
      this.#receive({ type: 'journal.failed', message });
    });
    if (this.#person) journal.subscribe((events) => this.#person?.take(events));
    environment.share?.slots.join(this.#rowSide());
    this.#host.start(slotCount(this.state), this.#listener());
    this.#receive({ type: 'begin' });
  }

  subscribe(listener: (events: readonly RunEvent[]) => void): () => void {
    return this.#opened.journal.subscribe(listener);
  }

  onText(listener: (delta: TextDelta) => void): () => void {
    this.#texts.add(listener);
    return () => this.#texts.delete(listener);
  }

  now(): number {
    return this.#opened.runClock.now();
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

  answerQuestion(task: string, id: string, answer: PersonAnswer): Promise<CommandResult> {
    return this.#ask({ type: 'answerQuestion', task, id, answer });
  }

  setBudget(usd: number): Promise<CommandResult> {
    return this.#ask({ type: 'setBudget', usd });
  }

  setTokenBudget(tokens: number): Promise<CommandResult> {
    return this.#ask({ type: 'setTokenBudget', tokens });
  }

  async reviewText(task: string): Promise<string | null> {
    return this.#control.reviewText(task);
  }

  append(recorded: Pick<Output, 'events' | 'blobs'>): void {
    this.#opened.journal.append(recorded);
  }

  perform(effect: Effect): void {
    const host = this.#host;
    const { journal, environment } = this.#opened;
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
        if (effect.afterFlush) journal.whenFlushed(() => host.answer(effect.key, effect.id, effect.answer));
        else host.answer(effect.key, effect.id, effect.answer);
        return;
      case 'findTools':
        this.#tools.find(effect);
        return;
      case 'callTool':
        // After a crash, a resume must find the call that may have changed something.
        journal.whenFlushed(() => this.#tools.call(effect));
        return;
      case 'findRecorded':
        this.#tools.findRecorded(effect);
        return;
      case 'cancelTools':
        this.#tools.cancel(effect);
        return;
      case 'acknowledge': {
        const { key, events, outcome } = effect;
        if (effect.fenced) host.acknowledge(key, events, outcome);
        else journal.whenFlushed(() => host.acknowledge(key, events, outcome));
        return;
      }
      case 'writeFile':
        void this.#write(effect);
        return;
      case 'lookUpCache':
        void this.#lookUp(effect);
        return;
      case 'evaluate':
        void this.#evaluate(effect);
        return;
      case 'filterItems':
        void this.#filter(effect);
        return;
      case 'storeResult':
        journal.whenFlushed(() => this.#cache.store(effect.key, effect.result));
        return;
      case 'shareDemand':
        environment.share?.slots.report(effect.slots, effect.demand);
        return;
      case 'reply':
        if (effect.result.ok) journal.whenFlushed(() => this.#reply(effect.command, effect.result));
        else this.#reply(effect.command, effect.result);
        return;
      case 'close':
        void this.#close();
        return;
      default:
        effect satisfies never;
    }
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
    const { random } = this.#opened.environment.clock ?? systemClock;
    return {
      slotStarted: (slot, where) => this.#receive({ type: 'slot.started', slot, where }),
      slotReady: (slot, where, ms) => this.#receive({ type: 'slot.ready', slot, where, ms }),
      slotExited: (slot, where, reason, detail) => this.#receive({ type: 'slot.exited', slot, where, reason, detail }),
      sample: (samples) => this.#receive({ type: 'slot.sampled', samples }),
      event: (key, number, event) => this.#receive({ type: 'turn.event', key, number, event }),
      request: (key, id, request) => this.#receive({ type: 'turn.request', key, id, request }),
      requestCancelled: (key, id) => this.#receive({ type: 'turn.requestCancelled', key, id }),
      outcome: (key, outcome) =>
        this.#receive(this.#person ? atOnce(key, outcome) : { type: 'turn.ended', key, outcome, random: random() }),
      text: (key, delta) => {
        if (!this.#control.isRunning(key)) return;
        const { task, attempt, turn } = key;
        for (const listener of this.#texts) listener({ task, attempt, turn, delta });
      },
    };
  }

  /** Converts grants of the batch into inputs, and answers its queries. */
  #rowSide(): RowSide {
    return {
      granted: (slot, candidate, from) => this.#receive({ type: 'slot.granted', slot, candidate, from }),
      leased: (id) => this.#receive({ type: 'lease.granted', id }),
      room: (room) => this.#receive({ type: 'pool.room', room }),
      waits: () => this.#control.waits(),
      use: (resource) => this.#control.use(resource),
    };
  }

  async #write({ id, file, text }: Extract<Effect, { type: 'writeFile' }>): Promise<void> {
    const { environment, secrets } = this.#opened;
    const result = await writeOutputFile(environment.workspace, file, secrets.redact(text));
    this.#receive({ type: 'file.written', id, result });
  }

  async #lookUp({ task, turns }: Extract<Effect, { type: 'lookUpCache' }>): Promise<void> {
    this.#receive({ type: 'cache.lookedUp', task: task.name, lookup: await this.#cache.lookUp(task, turns) });
  }

  async #evaluate({ task, of, condition }: Extract<Effect, { type: 'evaluate' }>): Promise<void> {
    const result = await this.#opened.environment.evaluator.condition(condition);
    this.#receive({ type: 'condition.evaluated', task, of, result });
  }

  async #filter({ task, filter }: Extract<Effect, { type: 'filterItems' }>): Promise<void> {
    const result = await this.#opened.environment.evaluator.filter(filter);
    this.#receive({ type: 'items.filtered', task, result });
  }

  async #writeRecording(): Promise<void> {
    const { dir, environment } = this.#opened;
    const { recording, crew } = environment;
    if (recording?.mode !== 'record') return;
    const windows = crew.agents.flatMap(({ name }) => {
      const { context_window: tokens } = environment.access(name);
      return tokens === undefined ? [] : [[name, tokens] as const];
    });
    const failed = await writeRecording(dir, recording.file, {
      crew_sha256: recording.crewSha256,
      context_windows: Object.fromEntries(windows),
    });
    this.#notes.push(failed ?? `Recording: ${recording.file}`);
  }

  #reply(command: number, result: CommandResult): void {
    this.#replies.get(command)?.(result);
    this.#replies.delete(command);
  }

  async #close(): Promise<void> {
    this.#inbox.stop();
    this.#person?.end();
    await Promise.all([this.#opened.journal.close(), this.#host.stop(), this.#tools.close()]);
    await Promise.all([this.#cache.close(), this.#writeRecording()]);
    // A failed last flush changes the outcome of the run.
    const end = this.#control.ending;
    if (end === null) return;
    const note = await this.#opened.owner.close(end, this.state);
    if (note !== null) this.#notes.push(note);
    for (const command of [...this.#replies.keys()])
      this.#reply(command, { ok: false, message: 'The run ended before the command was stored.' });
    this.#resolve(end);
  }
}

/** The end of a turn in a replay, which waits neither for a backoff nor for a recorded `Retry-After`. */
function atOnce(key: TurnKey, outcome: SlotOutcome): Input {
  if (outcome.status !== 'error') return { type: 'turn.ended', key, outcome, random: 0 };
  const { retry_after_ms: _, ...failure } = outcome.failure;
  return { type: 'turn.ended', key, outcome: { status: 'error', failure }, random: 0 };
}
