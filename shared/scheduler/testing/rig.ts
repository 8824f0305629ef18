import { type Crew, crewSchema } from '../../crew/schema.ts';
import type { EventDraft } from '../../run/events.ts';
import type { Scheduler, TimedEvent } from '../scheduler.ts';

export interface TaskSpec {
  name: string;
  context?: (string | { task: string; choice: string | string[] })[];
  when?: string;
  choices?: string[];
  choose?: 'one' | 'many';
  default_choice?: string;
  async?: boolean;
  agent?: string | null;
  agents?: string[];
  priority?: number;
  resources?: { pool: string; units: number }[];
  on_dependency_failure?: 'continue' | 'skip';
  human_review?: 'none' | 'before' | 'after';
  estimate_s?: number;
  cache?: 'off' | 'read' | 'read_write';
}

export interface CrewSpec {
  process?: 'sequential' | 'hierarchical' | 'consensual';
  agents?: { name: string; max_concurrent?: number; manager?: boolean }[];
  pools?: { name: string; capacity: number }[];
  tasks: TaskSpec[];
}

/** A crew of asynchronous tasks of the agent `ada`, unless the spec differs. */
export function makeCrew(spec: CrewSpec): Crew {
  const agents = (spec.agents ?? [{ name: 'ada' }]).map((agent) => ({ role: 'Writer', goal: 'Write', ...agent }));
  const tasks = spec.tasks.map(({ agent, ...task }) => ({
    description: task.name,
    expected_output: 'A text',
    async: true,
    ...(agent === null ? {} : { agent: agent ?? agents[0]?.name }),
    ...task,
  }));
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    process: spec.process ?? 'sequential',
    agents,
    tasks,
    pools: spec.pools ?? [],
  });
}

/** A run under test: emits the events that the engine would emit, and records all events. */
export class Rig {
  readonly events: TimedEvent[] = [];
  readonly scheduler: Scheduler;
  t = 0;

  constructor(scheduler: Scheduler, slots: number, ranks: Record<string, number> = {}) {
    this.scheduler = scheduler;
    scheduler.begin(ranks, slots);
    for (let slot = 1; slot <= slots; slot += 1) this.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
  }

  say(draft: EventDraft): void {
    const event: TimedEvent = { ...draft, t: this.t };
    this.events.push(event);
    this.scheduler.apply(event);
  }

  /** Lets the scheduler decide until `next` returns null. Returns its decisions, abbreviated. */
  decide(): string[] {
    const decided: string[] = [];
    for (let next = this.scheduler.next(this.t); next !== null; next = this.scheduler.next(this.t)) {
      this.say(next);
      decided.push(summaryOf(next));
      if (decided.length > 100_000) throw new Error('The scheduler never stops deciding.');
    }
    return decided;
  }

  /** Ends the attempt and its task. */
  complete(task: string, attempt = 1): void {
    this.say({ type: 'attempt.ended', task, attempt, result: 'ok' });
    const { degraded, missing } = this.scheduler.completionFlags(task);
    this.say({
      type: 'task.completed',
      task,
      text: '',
      ...(degraded ? { degraded } : {}),
      ...(missing.length > 0 ? { missing: [...missing] } : {}),
    });
  }

  fail(task: string, attempt = 1, retry_at?: number): void {
    const again = retry_at === undefined ? {} : { retry_at };
    this.say({ type: 'attempt.ended', task, attempt, result: 'error', kind: 'http', message: 'Status 500', ...again });
  }
}

function summaryOf(draft: EventDraft): string {
  switch (draft.type) {
    case 'attempt.started':
      return `start ${draft.task}${draft.turn === undefined ? '' : ` ${draft.turn}`} #${draft.attempt} on ${draft.slot}`;
    case 'run.finished':
      return `finished ${draft.outcome}`;
    case 'task.assigned':
      return `assigned ${draft.task} ${draft.agent}`;
    case 'resource.acquired':
      return `acquired ${draft.id}`;
    default:
      return 'task' in draft ? `${draft.type.replace('task.', '')} ${draft.task}` : draft.type;
  }
}
