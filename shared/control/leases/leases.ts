import { z } from 'zod';
import type { Crew } from '../../crew/schema.ts';
import type { EventDraft } from '../../run/events.ts';
import type { ResourceState } from '../../run/resource-state.ts';
import type { SlotAnswer } from '../../slot/slot-request.ts';
import { type TurnKey, turnKeyText } from '../../slot/turn-key.ts';
import { TOOLS, type ToolArguments } from '../../tools/catalogue.ts';
import { attemptOf } from '../base/active-turn.ts';
import { earliest } from '../base/earliest.ts';
import type { EngineToolCall } from '../base/engine-tool-call.ts';
import type { ResourceUse, SharedResources } from '../base/shared-resources.ts';

const ARGUMENTS = TOOLS.shared_resource_pool.arguments;
type PoolArguments = ToolArguments<'shared_resource_pool'>;
/** For messages. */
const ACTIONS = ARGUMENTS.shape.action.options.join(', ');

const DEFAULT_TIMEOUT_S = 30;
/** The longest possible timeout of an attempt. A longer wait lasts until the attempt ends. */
const LONGEST_TIMEOUT_S = 86_400;

/** The part of the run that leases depend on. */
export interface LeaseView {
  /** All resources of the run, by name. */
  readonly resources: ReadonlyMap<string, ResourceState>;
  /** The turns that run now, with their agents. */
  readonly turns: readonly { key: TurnKey; agent: string }[];
  /** The resources of the batch; null for a run that is not a row of a batch. */
  readonly shared: Pick<SharedResources, 'use'> | null;
  /** Returns whether waiting for `resource` would cause a deadlock. */
  wouldDeadlock(key: TurnKey, resource: string): boolean;
}

/** What follows from a request: an event to record, and the answer; null if it is given when the wait ends. */
export interface LeaseReply {
  draft: EventDraft | null;
  answer: SlotAnswer | null;
}

/** A request that no longer waits, with its answer. */
export interface EndedWait {
  readonly key: TurnKey;
  readonly request: string;
  readonly answer: SlotAnswer;
}

/** A request that waits in a resource's queue. */
interface Wait {
  readonly id: string;
  readonly key: TurnKey;
  readonly request: string;
  readonly resource: string;
  readonly holder: string;
  /** The run time at which the wait ends without a lease. */
  readonly until: number;
}

/** A resource that an attempt leases. Acquiring it again only increments a count. */
interface Lease {
  readonly holder: string;
  count: number;
}

/** The leases of running turns, which the tool `shared_resource_pool` requests and the scheduler grants in order. */
export class Leases {
  /** The capacity of a pool that a tool creates without one. */
  readonly #defaultCapacity: number;
  /** The declared units of each task, by task and pool. */
  readonly #declared: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly #waits = new Map<string, Wait>();
  /** By turn and resource. */
  readonly #leases = new Map<string, Map<string, Lease>>();
  #lastId: number;

  /** IDs of leases continue after `lastId`, so that they are unique in a resumed run. */
  constructor({ tasks, settings }: Crew, lastId: number) {
    this.#defaultCapacity = settings.resource_pool_size;
    this.#declared = new Map(
      tasks.map((task) => [task.name, new Map(task.resources.map(({ pool, units }) => [pool, units]))]),
    );
    this.#lastId = lastId;
  }

  /** Handles a request at run time `t`. */
  handle(request: EngineToolCall, view: LeaseView, t: number): LeaseReply {
    const parsed = ARGUMENTS.safeParse(request.arguments);
    if (!parsed.success) return refused(`Resource pool: ${z.prettifyError(parsed.error)}. Actions: ${ACTIONS}.`);
    switch (parsed.data.action) {
      case 'acquire_resource':
        return this.#acquire(request, parsed.data, view, t);
      case 'release_resource':
        return this.#release(request, parsed.data, view);
      case 'get_resource_status':
        return answered(JSON.stringify(this.#status(view)));
      case 'create_resource_pool':
        return this.#create(request, parsed.data, view);
      default:
        return parsed.data.action satisfies never;
    }
  }

  /** Returns the event that grants a unit to a wait; null if the wait has ended. */
  grant(id: string): EventDraft | null {
    const wait = this.#waits.get(id);
    return wait ? { type: 'resource.acquired', ...ofWait(wait) } : null;
  }

  /** Ends a wait with a lease. Returns null if the wait has ended already. */
  acquired(id: string): EndedWait | null {
    const wait = this.#take(id);
    if (!wait) return null;
    const { key, request, resource, holder } = wait;
    const leases = this.#leases.get(turnKeyText(key)) ?? new Map<string, Lease>();
    this.#leases.set(turnKeyText(key), leases.set(resource, { holder, count: 1 }));
    return { key, request, answer: { ok: true, text: `Resource ${resource} acquired by ${holder}` } };
  }

  /** Ends a wait without a lease. Returns null if the wait has ended already. */
  timedOut(id: string): EndedWait | null {
    const wait = this.#take(id);
    if (!wait) return null;
    const { key, request, resource, holder } = wait;
    return { key, request, answer: { ok: false, text: `Resource ${resource} busy, agent ${holder} queued` } };
  }

  /** Returns the events that end the waits which have timed out at run time `t`. */
  expired(t: number): TimedOutDraft[] {
    return this.#endsOf((wait) => wait.until <= t);
  }

  /** Returns the events that end a request whose slot no longer waits for the answer. */
  withdrawn(key: TurnKey, request: string): TimedOutDraft[] {
    const turn = turnKeyText(key);
    return this.#endsOf((wait) => wait.request === request && turnKeyText(wait.key) === turn);
  }

  /** Returns the events that end the waits of a turn that is about to end. */
  waitsOf(key: TurnKey): TimedOutDraft[] {
    const turn = turnKeyText(key);
    return this.#endsOf((wait) => turnKeyText(wait.key) === turn);
  }

  /** Ends the leases of a turn that is about to end. Returns the events that record it. */
  reclaim(key: TurnKey): EventDraft[] {
    const leases = this.#leases.get(turnKeyText(key)) ?? [];
    this.#leases.delete(turnKeyText(key));
    return [...leases].map(([resource, { holder }]) => {
      return { type: 'resource.released', ...attemptOf(key), resource, holder, reclaimed: true };
    });
  }

  /** Returns the run time at which the next wait times out, or null. */
  wakeAt(): number | null {
    return earliest(...[...this.#waits.values()].map(({ until }) => until));
  }

  /** Returns the run's current users of a resource, the units in use, and the number of leases so far. */
  use(resource: string, { resources, turns }: Pick<LeaseView, 'resources' | 'turns'>): ResourceUse & { used: number } {
    const users: string[] = [];
    let used = 0;
    for (const { key, agent } of turns) {
      const lease = this.#leaseOf(key, resource);
      const units = this.#declaredUnits(key, resource) + (lease ? 1 : 0);
      if (units > 0) users.push(lease?.holder ?? agent);
      used += units;
    }
    const leases = resources.get(resource)?.leases ?? [];
    return { users, used, usage: leases.filter((lease) => lease.acquiredAt !== null).length };
  }

  #acquire(
    { key, id, agent }: EngineToolCall,
    { resource_id, agent_id, timeout }: PoolArguments,
    view: LeaseView,
    t: number,
  ): LeaseReply {
    if (resource_id === undefined) return refused('Resource pool: resource_id is missing.');
    const holder = agent_id ?? agent;
    const lease = this.#leaseOf(key, resource_id);
    if (lease) lease.count += 1;
    if (lease || this.#declaredUnits(key, resource_id) > 0)
      return answered(`Resource ${resource_id} acquired by ${holder}`);
    if (view.wouldDeadlock(key, resource_id)) {
      const why = 'waiting for it would cause a deadlock. Release what you hold first.';
      return refused(`Resource ${resource_id} refused: ${why}`);
    }
    const timeoutS = Math.min(timeout ?? DEFAULT_TIMEOUT_S, LONGEST_TIMEOUT_S);
    return this.#wait({ key, request: id, resource: resource_id, holder, until: t + Math.round(timeoutS * 1000) });
  }

  #wait(asked: Omit<Wait, 'id'>): LeaseReply {
    this.#lastId += 1;
    const wait: Wait = { id: `lease-${this.#lastId}`, ...asked };
    this.#waits.set(wait.id, wait);
    return { draft: { type: 'resource.requested', ...ofWait(wait) }, answer: null };
  }

  #release(
    { key, agent }: EngineToolCall,
    { resource_id, agent_id }: PoolArguments,
    { resources }: LeaseView,
  ): LeaseReply {
    const resource = resource_id ?? '';
    const holder = agent_id ?? agent;
    const lease = this.#leaseOf(key, resource);
    const released = `Resource ${resource} released by ${holder}`;
    if (!lease && this.#declaredUnits(key, resource) > 0)
      return answered(`${released}; its task keeps what the crew file gives it.`);
    if (!lease) {
      const isKnown = resources.has(resource);
      return refused(isKnown ? `Agent ${holder} was not using resource ${resource}` : 'Resource not found');
    }
    lease.count -= 1;
    if (lease.count > 0) return answered(released);
    this.#leases.get(turnKeyText(key))?.delete(resource);
    const draft: EventDraft = { type: 'resource.released', ...attemptOf(key), resource, holder: lease.holder };
    return { draft, answer: { ok: true, text: released } };
  }

  #create({ key }: EngineToolCall, { pool_config }: PoolArguments, { resources }: LeaseView): LeaseReply {
    if (!pool_config) return refused('Resource pool: pool_config is missing: {name, capacity}.');
    const { name: resource, capacity = this.#defaultCapacity } = pool_config;
    const known = resources.get(resource);
    if (known?.declared && known.capacity !== capacity)
      return refused(`Resource pool ${resource} is part of the crew file, with capacity ${known.capacity}`);
    const draft: EventDraft | null = known?.declared
      ? null
      : { type: 'resource.created', ...attemptOf(key), resource, capacity };
    return { draft, answer: { ok: true, text: `Resource pool ${resource} created with capacity ${capacity}` } };
  }

  #status(view: LeaseView): Record<string, object> {
    const status: Record<string, object> = {};
    for (const { name, capacity } of view.resources.values()) {
      const own = this.use(name, view);
      const { users, usage, free } = view.shared?.use(name) ?? { ...own, free: capacity - own.used };
      status[name] = { active_users: users, max_concurrent: capacity, usage_count: usage, available_slots: free };
    }
    return status;
  }

  #endsOf(ends: (wait: Wait) => boolean): TimedOutDraft[] {
    return [...this.#waits.values()].filter(ends).map((wait) => ({ type: 'resource.timed_out', ...ofWait(wait) }));
  }

  #take(id: string): Wait | undefined {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    return wait;
  }

  #leaseOf(key: TurnKey, resource: string): Lease | undefined {
    return this.#leases.get(turnKeyText(key))?.get(resource);
  }

  #declaredUnits({ task }: TurnKey, resource: string): number {
    return this.#declared.get(task)?.get(resource) ?? 0;
  }
}

type TimedOutDraft = Extract<EventDraft, { type: 'resource.timed_out' }>;

function ofWait({ key, id, resource, holder }: Wait) {
  return { ...attemptOf(key), id, resource, holder };
}

function answered(text: string): LeaseReply {
  return { draft: null, answer: { ok: true, text } };
}

function refused(text: string): LeaseReply {
  return { draft: null, answer: { ok: false, text } };
}
