import type { Crew } from '../../crew/schema.ts';
import { consensualAgents } from '../../run/consensus.ts';
import type { RunEvent } from '../../run/events.ts';

/** Tracks which tasks run, hold units and have ended after each event, in the simplest way. */
export class Watch {
  readonly running = new Map<string, { task: string; agent: string; slot: number; attempt: number }>();
  readonly ended = new Set<string>();
  /** Consensual tasks keep their units from their first turn to their last. */
  readonly holding = new Set<string>();
  readonly leases = new Map<string, string[]>();
  /** Throttled agents. */
  readonly held = new Set<string>();
  slots = 0;
  readonly #crew: Crew;
  readonly #turnsLeft = new Map<string, Set<string>>();

  constructor(crew: Crew) {
    this.#crew = crew;
  }

  take(event: RunEvent): void {
    if (event.type === 'run.started') this.slots = event.settings.slots;
    if (event.type === 'run.slots') this.slots = event.slots;
    if (event.type === 'agent.held') this.held.add(event.agent);
    if (event.type === 'agent.freed') this.held.delete(event.agent);
    if (event.type === 'run.resumed') this.held.clear();
    if (event.type === 'attempt.started') {
      const { task, agent, slot, attempt } = event;
      this.running.set(turnKey(event), { task, agent, slot, attempt });
      this.holding.add(task);
    }
    if (event.type === 'attempt.ended') {
      this.running.delete(turnKey(event));
      this.#release(event);
    }
    if (event.type === 'resource.acquired')
      this.leases.set(event.resource, [...this.#held(event.resource), turnKey(event)]);
    if (event.type === 'resource.released') this.#giveBack(event.resource, turnKey(event));
    if (isEnd(event)) {
      this.ended.add(event.task);
      this.holding.delete(event.task);
    }
  }

  units(pool: string): number {
    const declared = this.#crew.tasks.filter((task) => this.holding.has(task.name));
    const units = declared.flatMap(({ resources }) => resources.filter((demand) => demand.pool === pool));
    return units.reduce((sum, demand) => sum + demand.units, 0) + this.#held(pool).length;
  }

  #held(resource: string): readonly string[] {
    return this.leases.get(resource) ?? [];
  }

  #giveBack(resource: string, key: string): void {
    const held = [...this.#held(resource)];
    held.splice(held.indexOf(key), 1);
    this.leases.set(resource, held);
  }

  /** A plain task releases its units after each attempt, a consensual task when all its turns have ended. */
  #release(event: Extract<RunEvent, { type: 'attempt.ended' }>): void {
    const task = this.#crew.tasks.find(({ name }) => name === event.task);
    if (!task || event.turn === undefined) {
      this.holding.delete(event.task);
      return;
    }
    const agents = consensualAgents(this.#crew, task);
    const open =
      this.#turnsLeft.get(task.name) ?? new Set(agents.flatMap((agent) => [`propose:${agent}`, `vote:${agent}`]));
    this.#turnsLeft.set(task.name, open);
    if (event.retry_at === undefined) open.delete(event.turn);
    if (open.size > 0) return;
    this.holding.delete(task.name);
    this.#turnsLeft.delete(task.name);
  }
}

export function turnKey({ task, turn }: { task: string; turn?: string | undefined }): string {
  return `${task} ${turn ?? ''}`;
}

export function isEnd(
  event: RunEvent,
): event is Extract<RunEvent, { type: 'task.completed' | 'task.failed' | 'task.skipped' }> {
  return event.type === 'task.completed' || event.type === 'task.failed' || event.type === 'task.skipped';
}
