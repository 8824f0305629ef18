import { z } from 'zod';
import type { Deadlines } from '../../../shared/control/deadlines/deadlines.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { turnRefKey } from '../../../shared/scheduler/lease-queues.ts';
import type { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import { type SlotAnswer, turnKeyText } from '../../../shared/slot/protocol.ts';
import type { ResourceUse, SlotShare } from '../batch/share.ts';
import type { Effects } from '../effect.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { type ActiveTurn, attemptOf } from '../turns/active-turn.ts';
import type { TurnTable } from '../turns/turn-table.ts';

const DEFAULT_TIMEOUT_S = 30;
/** The longest possible timeout of an attempt. A longer wait lasts until the attempt ends. */
const LONGEST_TIMEOUT_S = 86_400;
const ACTIONS = 'acquire_resource, release_resource, get_resource_status, create_resource_pool';

/**
 * The arguments of the original tool. Numbers may be strings, because models write them so. An unknown key is refused:
 * otherwise a capacity under another name would be ignored.
 */
const argumentsSchema = z.strictObject({
  action: z.string(),
  resource_id: z.string().optional(),
  agent_id: z.string().optional(),
  timeout: z.coerce.number().nonnegative().optional(),
  pool_config: z
    .strictObject({ name: z.string(), capacity: z.coerce.number().int().min(1).max(10_000).optional() })
    .optional(),
});
type Arguments = z.infer<typeof argumentsSchema>;

/** A request that waits in a resource's queue. */
interface Wait {
  readonly id: string;
  readonly turn: ActiveTurn;
  readonly request: string;
  readonly resource: string;
  readonly holder: string;
  /** The run time at which the wait ends without a lease. */
  readonly until: number;
}

export interface LeaseDeps {
  crew: Crew;
  recorder: Recorder;
  decider: Scheduler;
  turns: TurnTable;
  deadlines: Deadlines;
  effects: Effects;
  clock: RunClock;
  /** The resources shared with the other rows of the batch; absent for a single run. */
  shared?: SlotShare | undefined;
}

/** The tool `shared_resource_pool`: leases of attempts, granted by the scheduler first come, first served. */
export class Leases {
  readonly #deps: LeaseDeps;
  readonly #waits = new Map<string, Wait>();
  /** The declared units of each task, by task and pool. */
  readonly #declared: ReadonlyMap<string, ReadonlyMap<string, number>>;
  #lastId: number;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
    this.#declared = new Map(
      deps.crew.tasks.map((task) => [task.name, new Map(task.resources.map(({ pool, units }) => [pool, units]))]),
    );
    // Numbers continue after a resume: the journal's sequence number is unique in the run.
    this.#lastId = deps.recorder.state.seq;
  }

  /** Answers a request of a turn, immediately or when its wait ends. */
  handle(turn: ActiveTurn, request: string, agent: string, given: unknown): void {
    const answer = this.#answerTo(turn, request, agent, given);
    if (answer) this.#answer(turn, request, answer);
  }

  /** Returns the answer to a request; null if it will be answered when its wait ends. */
  #answerTo(turn: ActiveTurn, request: string, agent: string, given: unknown): SlotAnswer | null {
    const parsed = argumentsSchema.safeParse(given);
    if (!parsed.success) {
      return { ok: false, text: `Resource pool: ${z.prettifyError(parsed.error)}. Actions: ${ACTIONS}.` };
    }
    switch (parsed.data.action) {
      case 'acquire_resource':
        return this.#acquire(turn, request, agent, parsed.data);
      case 'release_resource':
        return this.#release(turn, agent, parsed.data);
      case 'get_resource_status':
        return { ok: true, text: JSON.stringify(this.#status()) };
      case 'create_resource_pool':
        return this.#create(turn, parsed.data);
      default:
        return { ok: false, text: `Resource pool: Unknown action ${parsed.data.action}. Actions: ${ACTIONS}.` };
    }
  }

  /** Grants a shared unit of the batch to this wait. If the wait has ended, the next one gets the unit. */
  grant(id: string): void {
    const wait = this.#waits.get(id);
    if (!wait) return;
    const { turn, resource, holder } = wait;
    this.#deps.recorder.emit({ type: 'resource.acquired', ...attemptOf(turn), id, resource, holder });
    this.acquired(id);
  }

  /** Handles a lease granted by the scheduler. */
  acquired(id: string): void {
    const wait = this.#take(id);
    if (!wait) return;
    wait.turn.leases.set(wait.resource, { id, holder: wait.holder, count: 1 });
    this.#end(wait, { ok: true, text: `Resource ${wait.resource} acquired by ${wait.holder}` });
  }

  /** Ends a wait without a lease. */
  timedOut(id: string): void {
    const wait = this.#take(id);
    if (!wait) return;
    this.#end(wait, { ok: false, text: `Resource ${wait.resource} busy, agent ${wait.holder} queued` });
  }

  /** Ends the waits that have timed out. */
  expire(): void {
    const t = this.#deps.clock.now();
    for (const wait of this.#waits.values()) if (wait.until <= t) this.#cancel(wait);
  }

  /** Returns the run time at which the next wait times out, or null. */
  wakeAt(): number | null {
    let earliest: number | null = null;
    for (const { until } of this.#waits.values()) earliest = Math.min(earliest ?? until, until);
    return earliest;
  }

  /** Withdraws a request whose slot no longer waits for the answer. */
  cancelled(turn: ActiveTurn, request: string): void {
    for (const wait of this.#waits.values()) {
      if (wait.turn === turn && wait.request === request) this.#cancel(wait);
    }
  }

  /** Ends the waits and leases of an attempt that is about to end. */
  reclaim(turn: ActiveTurn): void {
    for (const wait of this.#waits.values()) if (wait.turn === turn) this.#cancel(wait);
    for (const [resource, { holder }] of turn.leases) {
      this.#deps.recorder.emit({ type: 'resource.released', ...attemptOf(turn), resource, holder, reclaimed: true });
    }
    turn.leases.clear();
  }

  #acquire(
    turn: ActiveTurn,
    request: string,
    agent: string,
    { resource_id, agent_id, timeout }: Arguments,
  ): SlotAnswer | null {
    if (resource_id === undefined) return { ok: false, text: 'Resource pool: resource_id is missing.' };
    const holder = agent_id ?? agent;
    if (this.#holdsAlready(turn, resource_id)) {
      return { ok: true, text: `Resource ${resource_id} acquired by ${holder}` };
    }
    if (this.#wouldDeadlock(turn, resource_id)) {
      const text = `Resource ${resource_id} refused: waiting for it would cause a deadlock. Release what you hold first.`;
      return { ok: false, text };
    }
    this.#wait(turn, request, resource_id, holder, Math.min(timeout ?? DEFAULT_TIMEOUT_S, LONGEST_TIMEOUT_S));
    return null;
  }

  #wouldDeadlock(turn: ActiveTurn, resource: string): boolean {
    const { decider, shared } = this.#deps;
    const attempt = attemptOf(turn);
    return (
      shared?.wouldDeadlock({ owner: turnRefKey(attempt), resource }) ?? decider.wouldDeadlock({ ...attempt, resource })
    );
  }

  /** Returns whether the attempt leases the resource already, which counts once more, or its task declares it. */
  #holdsAlready(turn: ActiveTurn, resource: string): boolean {
    const held = turn.leases.get(resource);
    if (held) held.count += 1;
    return held !== undefined || this.#declaredUnits(turn, resource) > 0;
  }

  #wait(turn: ActiveTurn, request: string, resource: string, holder: string, timeoutS: number): void {
    const { recorder, deadlines, clock } = this.#deps;
    this.#lastId += 1;
    const id = `lease-${this.#lastId}`;
    const until = clock.now() + Math.round(timeoutS * 1000);
    this.#waits.set(id, { id, turn, request, resource, holder, until });
    deadlines.reduce({ type: 'deadline.paused', id: turnKeyText(turn.key) }, clock.now());
    recorder.emit({ type: 'resource.requested', ...attemptOf(turn), id, resource, holder });
  }

  /** Records that the attempt no longer waits. */
  #end({ turn, request }: Wait, answer: SlotAnswer): void {
    const { deadlines, clock } = this.#deps;
    deadlines.reduce({ type: 'deadline.resumed', id: turnKeyText(turn.key) }, clock.now());
    this.#answer(turn, request, answer);
  }

  #answer({ key }: ActiveTurn, id: string, answer: SlotAnswer): void {
    this.#deps.effects.add({ type: 'answerRequest', key, id, answer });
  }

  #cancel({ id, turn, resource, holder }: Wait): void {
    this.#deps.recorder.emit({ type: 'resource.timed_out', ...attemptOf(turn), id, resource, holder });
    this.timedOut(id);
  }

  #take(id: string): Wait | undefined {
    const wait = this.#waits.get(id);
    if (!wait) return undefined;
    this.#waits.delete(id);
    return wait;
  }

  #release(turn: ActiveTurn, agent: string, { resource_id, agent_id }: Arguments): SlotAnswer {
    const { recorder } = this.#deps;
    const resource = resource_id ?? '';
    const holder = agent_id ?? agent;
    const held = turn.leases.get(resource);
    if (!held && this.#declaredUnits(turn, resource) > 0) {
      return {
        ok: true,
        text: `Resource ${resource} released by ${holder}; its task keeps what the crew file gives it.`,
      };
    }
    if (!held) {
      const known = recorder.state.resources.has(resource);
      return { ok: false, text: known ? `Agent ${holder} was not using resource ${resource}` : 'Resource not found' };
    }
    held.count -= 1;
    if (held.count === 0) {
      turn.leases.delete(resource);
      recorder.emit({ type: 'resource.released', ...attemptOf(turn), resource, holder: held.holder });
    }
    return { ok: true, text: `Resource ${resource} released by ${holder}` };
  }

  #create(turn: ActiveTurn, { pool_config }: Arguments): SlotAnswer {
    if (!pool_config) return { ok: false, text: 'Resource pool: pool_config is missing: {name, capacity}.' };
    const { crew, recorder } = this.#deps;
    const { name } = pool_config;
    const capacity = pool_config.capacity ?? crew.settings.resource_pool_size;
    const known = recorder.state.resources.get(name);
    if (known?.declared && known.capacity !== capacity) {
      return { ok: false, text: `Resource pool ${name} is part of the crew file, with capacity ${known.capacity}` };
    }
    if (!known?.declared) recorder.emit({ type: 'resource.created', ...attemptOf(turn), resource: name, capacity });
    return { ok: true, text: `Resource pool ${name} created with capacity ${capacity}` };
  }

  /** Returns the run's current users of a resource and the number of leases so far. */
  use(resource: string): ResourceUse & { used: number } {
    const users: string[] = [];
    let used = 0;
    for (const turn of this.#deps.turns.all()) {
      const lease = turn.leases.get(resource);
      const units = this.#declaredUnits(turn, resource) + (lease ? 1 : 0);
      if (units > 0) users.push(lease?.holder ?? turn.agent);
      used += units;
    }
    const leases = this.#deps.recorder.state.resources.get(resource)?.leases ?? [];
    return { users, used, usage: leases.filter((lease) => lease.acquiredAt !== null).length };
  }

  #status(): Record<string, object> {
    const status: Record<string, object> = {};
    for (const { name, capacity } of this.#deps.recorder.state.resources.values()) {
      const own = this.use(name);
      const { users, usage, free } = this.#deps.shared?.use(name) ?? { ...own, free: capacity - own.used };
      status[name] = {
        active_users: users,
        max_concurrent: capacity,
        usage_count: usage,
        available_slots: free,
      };
    }
    return status;
  }

  #declaredUnits(turn: ActiveTurn, resource: string): number {
    return this.#declared.get(turn.key.task)?.get(resource) ?? 0;
  }
}
