import { isReviewed } from '../../crew/human-review.ts';
import { roleOf } from '../consensus.ts';
import { ASSIGNMENT, type EventDraft, type EventOf } from '../events.ts';
import { RandomLeases } from './random-leases.ts';
import { addressOf, type Turn } from './random-turn.ts';
import type { Stage } from './stage.ts';

type Stamp = 'type' | 'seq' | 't' | 'task' | 'attempt' | 'turn';

/** The turns of a random run, with random calls, tools, checks and leases. */
export class RandomTurns {
  readonly leases: RandomLeases;
  readonly #stage: Stage;
  readonly #turns = new Set<Turn>();
  readonly #crashed: (slot: number) => void;

  /** @param crashed called after the turn of a slot that crashed has ended */
  constructor(stage: Stage, crashed: (slot: number) => void) {
    this.#stage = stage;
    this.#crashed = crashed;
    this.leases = new RandomLeases(stage);
  }

  begin(started: EventOf<'attempt.started'>): void {
    const turn: Turn = { started, runs: true, held: new Set() };
    this.#turns.add(turn);
    this.#step(turn, this.#stage.random.int(0, 4));
  }

  stopAll(result: 'cancelled' | 'lost'): void {
    for (const turn of this.#turns)
      this.#close(turn, { result, kind: result, message: 'It was stopped.', retry_at: this.#stage.t });
  }

  #step(turn: Turn, left: number): void {
    const next = () => this.#step(turn, left - 1);
    const ms = this.#stage.random.int(left === 0 ? 0 : 1, 25);
    this.#stage.in(ms, () => {
      if (!turn.runs) return;
      if (left === 0) this.#end(turn);
      else this.#do(turn, ms, next);
    });
  }

  /** Plans an action of a turn after `ms`, unless the turn ends before. */
  #do(turn: Turn, ms: number, next: () => void): void {
    const dice = this.#stage.random.int(0, 5);
    if (dice > 3) {
      this.leases.take(turn, next);
      return;
    }
    if (dice <= 1) this.#call(turn, ms);
    else if (dice === 2) this.#tool(turn, ms);
    else this.#check(turn);
    next();
  }

  #call(turn: Turn, ms: number): void {
    const { random } = this.#stage;
    const error = random.chance(0.2) ? { error: { kind: 'network' as const, message: 'No answer.' } } : {};
    const numbers = { prompt_tokens: random.int(0, 50), completion_tokens: random.int(0, 9) };
    const cost_usd = random.chance(0.9) ? random.int(0, 4) / 4 : null;
    const said = { agent: turn.started.agent, model: 'fake', ms, first_token_ms: null };
    this.#stage.emit({ type: 'llm.call', ...addressOf(turn), ...said, ...numbers, cost_usd, ...error });
  }

  #tool(turn: Turn, ms: number): void {
    const { random } = this.#stage;
    const call_id = `call-${this.#stage.id()}`;
    const name = random.pick(['file_reader', 'query_data'] as const);
    const ok = random.chance(0.8);
    this.#stage.emit({ type: 'tool.call', ...addressOf(turn), agent: turn.started.agent, call_id, name, ms, ok });
  }

  #check(turn: Turn): void {
    const what = this.#stage.random.pick(['schema', 'guardrail', 'repair'] as const);
    this.#stage.emit({ type: 'check', ...addressOf(turn), what, passed: this.#stage.random.chance(0.6) });
  }

  #end(turn: Turn): void {
    const { task } = turn.started;
    if (this.#stage.random.chance(0.72) || task === ASSIGNMENT) this.#succeed(turn);
    else this.#fail(turn);
    if (task === ASSIGNMENT) this.#assign(task);
    // Of a consensual task the last turn to end may be one that failed.
    else this.#stage.completeTask(task, false);
  }

  #fail(turn: Turn): void {
    const { random, t } = this.#stage;
    const result = random.pick(['error', 'error', 'timeout', 'crash'] as const);
    const again = this.#tries(turn) < 3 && random.chance(0.7) ? { retry_at: t + random.int(0, 40) } : {};
    const limited = result === 'error' && 'retry_at' in again && random.chance(0.3);
    const { slot } = turn.started;
    if (result === 'crash') this.#stage.emit({ type: 'slot.exited', slot, where: 'local:1', reason: 'crash' });
    this.#close(turn, {
      result,
      kind: result === 'error' ? (limited ? 'rate_limit' : 'network') : result,
      message: 'It went wrong.',
      ...again,
      ...(limited ? { rate_limited: true } : {}),
    });
    if (result === 'crash') this.#crashed(slot);
  }

  /** Returns how often a turn with this name has ended. */
  #tries({ started }: Turn): number {
    return this.#stage.events.filter(
      (event) => event.type === 'attempt.ended' && event.task === started.task && event.turn === started.turn,
    ).length;
  }

  #succeed(turn: Turn): void {
    const { task, agent, attempt, turn: name } = turn.started;
    const role = roleOf(name);
    if (role?.kind === 'vote' && name !== undefined) {
      const choice = this.#choice(task);
      this.#close(turn, { result: 'ok' }, { type: 'vote', task, attempt, turn: name, agent, choice });
      return;
    }
    const reviewed = this.#stage.crew.tasks.find((one) => one.name === task);
    const isReviewedAfter = reviewed !== undefined && isReviewed(reviewed, 'after');
    this.#close(turn, { result: 'ok', ...(role || isReviewedAfter ? { text: `of ${agent}` } : {}) });
  }

  #choice(task: string): string {
    const proposed = this.#stage.events.flatMap((event) =>
      event.type === 'attempt.ended' && event.task === task && event.result === 'ok'
        ? (roleOf(event.turn)?.agent ?? [])
        : [],
    );
    return proposed[this.#stage.random.int(0, proposed.length - 1)] ?? '';
  }

  #assign(assignment: string): void {
    for (const { name: task, agent } of this.#stage.crew.tasks)
      if (agent === undefined)
        this.#stage.emit({ type: 'task.assigned', task, agent: this.#stage.random.pick(['ada', 'bo']) });
    this.#stage.emit({ type: 'task.completed', task: assignment, text: '{}' });
  }

  #close(turn: Turn, end: Omit<EventOf<'attempt.ended'>, Stamp>, said?: EventDraft): void {
    turn.runs = false;
    this.#turns.delete(turn);
    this.leases.endOf(turn);
    if (said) this.#stage.emit(said);
    this.#stage.emit({ type: 'attempt.ended', ...addressOf(turn), ...end });
  }
}
