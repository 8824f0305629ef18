import { z } from 'zod';
import type { Crew } from '../../../shared/project/schema.ts';
import { turnRefKey } from '../../../shared/scheduler/lease-queues.ts';
import type { SlotAnswer } from '../../../shared/slot/protocol.ts';
import type { ResourceUse, SlotShare } from '../batch/share.ts';
import type { Decider } from '../decider.ts';
import type { Recorder } from '../journal/recorder.ts';
import { type ActiveTurn, attemptOf } from '../turns/active-turn.ts';

const DEFAULT_TIMEOUT_S = 30;
/** The longest deadline that an attempt can have: who waits longer waits for its end. */
const LONGEST_TIMEOUT_S = 86_400;
const ACTIONS = 'acquire_resource, release_resource, get_resource_status, create_resource_pool';

/**
 * The arguments are the seed's. Numbers may be strings, because models write them so. An unknown key is refused:
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

type Answer = (answer: SlotAnswer) => void;

/** A request that waits in a resource's queue. */
interface Wait {
  readonly id: string;
  readonly turn: ActiveTurn;
  readonly request: string;
  readonly resource: string;
  readonly holder: string;
  readonly answer: Answer;
  readonly timer: NodeJS.Timeout;
}

export interface LeaseDeps {
  project: Crew;
  recorder: Recorder;
  decider: Decider;
  /** The turns that run now. */
  running: () => Iterable<ActiveTurn>;
  /** Something was freed or asked for: the scheduler may have decisions. */
  pump: () => void;
  /** What the run shares with the other rows of its batch; absent: it is a run of its own. */
  shared?: SlotShare | undefined;
}

/** The tool `shared_resource_pool`: leases of attempts, granted by the scheduler first come, first served. */
export class Leases {
  readonly #deps: LeaseDeps;
  readonly #waits = new Map<string, Wait>();
  /** Units that a task has by the file, by task and pool. */
  readonly #declared: ReadonlyMap<string, ReadonlyMap<string, number>>;
  #lastId: number;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
    this.#declared = new Map(
      deps.project.tasks.map((task) => [task.name, new Map(task.resources.map(({ pool, units }) => [pool, units]))]),
    );
    // Numbers go on over resumptions: the journal's own is unique in the run.
    this.#lastId = deps.recorder.state.seq;
  }

  /** Answers a request of a turn, at once or when the wait that it asks for is over. */
  handle(turn: ActiveTurn, request: string, agent: string, given: unknown, answer: Answer): void {
    const parsed = argumentsSchema.safeParse(given);
    if (!parsed.success) {
      answer({ ok: false, text: `Resource pool: ${z.prettifyError(parsed.error)}. Actions: ${ACTIONS}.` });
      return;
    }
    switch (parsed.data.action) {
      case 'acquire_resource':
        this.#acquire(turn, request, agent, parsed.data, answer);
        return;
      case 'release_resource':
        answer(this.#release(turn, agent, parsed.data));
        return;
      case 'get_resource_status':
        answer({ ok: true, text: JSON.stringify(this.#status()) });
        return;
      case 'create_resource_pool':
        answer(this.#create(turn, parsed.data));
        return;
      default:
        answer({ ok: false, text: `Resource pool: Unknown action ${parsed.data.action}. Actions: ${ACTIONS}.` });
    }
  }

  /** In a batch, a unit of what its rows share is this wait's. One that is over leaves it to the next. */
  grant(id: string): void {
    const wait = this.#waits.get(id);
    if (!wait) return;
    const { turn, resource, holder } = wait;
    this.#deps.recorder.emit({ type: 'resource.acquired', ...attemptOf(turn), id, resource, holder });
    this.acquired(id);
  }

  /** The scheduler has granted a lease. */
  acquired(id: string): void {
    const wait = this.#take(id);
    if (!wait) return;
    wait.turn.leases.set(wait.resource, { id, holder: wait.holder, count: 1 });
    wait.turn.deadline.resume();
    wait.answer({ ok: true, text: `Resource ${wait.resource} acquired by ${wait.holder}` });
  }

  /** A wait is over without a lease. */
  timedOut(id: string): void {
    const wait = this.#take(id);
    if (!wait) return;
    wait.turn.deadline.resume();
    wait.answer({ ok: false, text: `Resource ${wait.resource} busy, agent ${wait.holder} queued` });
  }

  /** A slot no longer waits for the answer. */
  cancelled(turn: ActiveTurn, request: string): void {
    for (const wait of this.#waits.values()) {
      if (wait.turn === turn && wait.request === request) this.#cancel(wait);
    }
  }

  /** The attempt is about to end, and its waits and leases with it. */
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
    answer: Answer,
  ): void {
    if (resource_id === undefined) {
      answer({ ok: false, text: 'Resource pool: resource_id is missing.' });
      return;
    }
    const holder = agent_id ?? agent;
    if (this.#holdsAlready(turn, resource_id)) {
      answer({ ok: true, text: `Resource ${resource_id} acquired by ${holder}` });
      return;
    }
    if (this.#wouldCircle(turn, resource_id)) {
      const text = `Resource ${resource_id} refused: waiting for it would cause a deadlock. Release what you hold first.`;
      answer({ ok: false, text });
      return;
    }
    this.#wait(turn, request, resource_id, holder, Math.min(timeout ?? DEFAULT_TIMEOUT_S, LONGEST_TIMEOUT_S), answer);
  }

  #wouldCircle(turn: ActiveTurn, resource: string): boolean {
    const { decider, shared } = this.#deps;
    const attempt = attemptOf(turn);
    return (
      shared?.wouldDeadlock({ owner: turnRefKey(attempt), resource }) ?? decider.wouldCircle({ ...attempt, resource })
    );
  }

  /** What an attempt has by a tool, or its task by the file, it gets again at once. */
  #holdsAlready(turn: ActiveTurn, resource: string): boolean {
    const held = turn.leases.get(resource);
    if (held) held.count += 1;
    return held !== undefined || this.#declaredUnits(turn, resource) > 0;
  }

  #wait(turn: ActiveTurn, request: string, resource: string, holder: string, timeoutS: number, answer: Answer): void {
    this.#lastId += 1;
    const id = `lease-${this.#lastId}`;
    const timer = setTimeout(() => this.#cancelById(id), timeoutS * 1000);
    this.#waits.set(id, { id, turn, request, resource, holder, answer, timer });
    turn.deadline.pause();
    this.#deps.recorder.emit({ type: 'resource.requested', ...attemptOf(turn), id, resource, holder });
    this.#deps.pump();
  }

  #cancelById(id: string): void {
    const wait = this.#waits.get(id);
    if (wait) this.#cancel(wait);
    this.#deps.pump();
  }

  #cancel({ id, turn, resource, holder }: Wait): void {
    this.#deps.recorder.emit({ type: 'resource.timed_out', ...attemptOf(turn), id, resource, holder });
    this.timedOut(id);
  }

  #take(id: string): Wait | undefined {
    const wait = this.#waits.get(id);
    if (!wait) return undefined;
    clearTimeout(wait.timer);
    this.#waits.delete(id);
    return wait;
  }

  #release(turn: ActiveTurn, agent: string, { resource_id, agent_id }: Arguments): SlotAnswer {
    const { recorder, pump } = this.#deps;
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
      pump();
    }
    return { ok: true, text: `Resource ${resource} released by ${holder}` };
  }

  #create(turn: ActiveTurn, { pool_config }: Arguments): SlotAnswer {
    if (!pool_config) return { ok: false, text: 'Resource pool: pool_config is missing: {name, capacity}.' };
    const { project, recorder, pump } = this.#deps;
    const { name } = pool_config;
    const capacity = pool_config.capacity ?? project.settings.resource_pool_size;
    const known = recorder.state.resources.get(name);
    if (known?.declared && known.capacity !== capacity) {
      return { ok: false, text: `Resource pool ${name} is part of the crew file, with capacity ${known.capacity}` };
    }
    if (!known?.declared) recorder.emit({ type: 'resource.created', ...attemptOf(turn), resource: name, capacity });
    pump();
    return { ok: true, text: `Resource pool ${name} created with capacity ${capacity}` };
  }

  /** Who of the run uses a resource now, and how often it has been taken by a tool. */
  use(resource: string): ResourceUse & { used: number } {
    const users: string[] = [];
    let used = 0;
    for (const turn of this.#deps.running()) {
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
