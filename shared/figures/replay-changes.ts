import type { External, ReplayPlan, Step, TaskPlan, TurnPlan } from '../control/virtual/replay-types.ts';
import type { EventDraft } from '../run/events.ts';

/** Changes of a plan, for replays of a run that differs from the measured one in one respect. */

/**
 * Returns the plan with a constant number of slots. Additional slots start after the run's first ones, two at a time.
 */
export function withSlots(plan: ReplayPlan, slots: number, startMs: number): ReplayPlan {
  const own = plan.external.filter(({ event }) => event.type !== 'run.slots' && slotOf(event) <= plan.slots);
  const extra = Array.from({ length: Math.max(0, slots - plan.slots) }, (_, at) =>
    copyOf(plan, plan.slots + at + 1, Math.ceil((at + 1) / 2) * startMs),
  );
  return { ...plan, slots, external: inOrder([...own, ...extra.flat()]) };
}

/** Returns the plan with one more slot at any time. */
export function withOneMoreSlot(plan: ReplayPlan, startMs: number): ReplayPlan {
  const moved = plan.external.map(({ t, event }): External => {
    if (event.type === 'run.slots') return { t, event: { ...event, slots: event.slots + 1 } };
    const slot = slotOf(event);
    return slot > plan.slots ? { t, event: renumbered(event, slot + 1) } : { t, event };
  });
  return { ...plan, slots: plan.slots + 1, external: inOrder([...moved, ...copyOf(plan, plan.slots + 1, startMs)]) };
}

/**
 * Returns the plan with slots that are ready as soon as the run may use them: at its start, when it gets more slots,
 * and when it is resumed.
 */
export function withoutStartUp(plan: ReplayPlan): ReplayPlan {
  const since = new Map<number, number>();
  const counts = plan.external.flatMap(({ t, event }) =>
    event.type === 'run.slots' ? [{ t, slots: event.slots }] : [],
  );
  const external = plan.external.map(({ t, event }): External => {
    if (event.type === 'slot.exited') since.set(event.slot, t);
    if (event.type !== 'slot.ready') return { t, event };
    const { slot } = event;
    const given = slot <= plan.slots ? 0 : (counts.find(({ slots }) => slots >= slot)?.t ?? t);
    return { t: Math.min(t, since.get(slot) ?? given), event };
  });
  const ready = new Set(external.map(({ event }) => (event.type === 'slot.ready' ? event.slot : 0)));
  const never = Array.from({ length: plan.slots }, (_, at) => at + 1).filter((slot) => !ready.has(slot));
  return { ...plan, external: inOrder([...never.map((slot) => readyAt(slot, 0)), ...external]) };
}

/**
 * Returns the plan with these times, by slot, at which the first slots are ready. Later starts take as long as
 * measured.
 */
export function withReadiness(plan: ReplayPlan, readyMs: readonly number[]): ReplayPlan {
  const first = new Set<number>();
  const external = withoutStartUp(plan).external.map(({ t, event }): External => {
    if (event.type !== 'slot.ready' || first.has(event.slot)) return { t, event };
    first.add(event.slot);
    return { t: Math.max(t, readyMs[event.slot - 1] ?? 0), event };
  });
  return { ...plan, external: inOrder(external) };
}

/** Returns the plan with a task whose turns work half as long. */
export function withHalf(plan: ReplayPlan, task: string): ReplayPlan {
  return mapTurns(plan, (turns, name) => (name === task ? turns.map(halved) : turns));
}

/** Returns the plan with calls of a tool that take half as long. */
export function withToolInHalf(plan: ReplayPlan, tool: string): ReplayPlan {
  return mapTurns(plan, (turns) =>
    turns.map((turn) => ({ ...turn, steps: shorter(turn.steps, half(turn.toolMs.get(tool))) })),
  );
}

/** Returns the plan with calls of a model that take half as long. */
export function withModelInHalf(plan: ReplayPlan, model: string): ReplayPlan {
  return mapTurns(plan, (turns) =>
    turns.map((turn) => ({ ...turn, steps: shorter(turn.steps, half(turn.modelMs.get(model)), CALLS) })),
  );
}

function half(ms = 0): number {
  return ms >> 1;
}

/** Returns the plan without failed attempts and their retries. Refusals by a provider remain. */
export function withoutFailures(plan: ReplayPlan): ReplayPlan {
  return mapTurns(plan, (turns) => turns.filter((turn) => !isRetriedFailure(turn)));
}

/** Returns the plan without waits for the limits of models. */
export function withoutLimits(plan: ReplayPlan): ReplayPlan {
  const external = plan.external.filter(({ event }) => event.type !== 'agent.held' && event.type !== 'agent.freed');
  const unlimited = mapTurns(plan, (turns) =>
    turns
      .filter(({ rateLimited }) => !rateLimited)
      .map((turn) => ({ ...turn, steps: shorter(turn.steps, turn.permitMs) })),
  );
  return { ...unlimited, external, limits: null };
}

/** Returns the plan with only the turns that answered, without pauses, limits, people and failures. */
export function answersAlone(plan: ReplayPlan): ReplayPlan {
  const isSlot = ({ event }: External) => event.type.startsWith('slot.') || event.type === 'resource.created';
  const answered = mapTurns(plan, (turns) => turns.filter(({ result }) => result === 'ok'));
  const tasks = new Map(
    [...answered.tasks].map(([name, task]): [string, TaskPlan] => {
      const reviews = task.reviews.map(({ answer }) => ({ ms: 0, answer }));
      return [name, { ...task, reviews, lookup: { ...task.lookup, ms: 0 }, recordMs: 0 }];
    }),
  );
  return { ...plan, external: plan.external.filter(isSlot), tasks };
}

/** Returns the plan with another capacity of a pool or of the sequential lane. */
export function withCapacity(plan: ReplayPlan, name: string, capacity: number): ReplayPlan {
  const isOther = ({ event }: External) => event.type !== 'resource.created' || event.resource !== name;
  const made: External = { t: 0, event: { type: 'resource.created', task: '', attempt: 1, resource: name, capacity } };
  return { ...plan, external: [made, ...plan.external.filter(isOther)] };
}

function isRetriedFailure({ result, retryMs, rateLimited }: TurnPlan): boolean {
  const failed = result === 'error' || result === 'timeout' || result === 'crash';
  return failed && retryMs !== null && !rateLimited;
}

function mapTurns(
  plan: ReplayPlan,
  change: (turns: readonly TurnPlan[], task: string) => readonly TurnPlan[],
): ReplayPlan {
  const tasks = [...plan.tasks].map(([name, task]): [string, TaskPlan] => {
    const turns = new Map([...task.turns].map(([turn, plans]) => [turn, change(plans, name)]));
    return [name, { ...task, turns }];
  });
  return { ...plan, tasks: new Map(tasks) };
}

/** Rounds the whole turn down, not each of its steps. */
function halved(turn: TurnPlan): TurnPlan {
  const work = turn.steps.reduce((sum, step) => (isWork(step) ? sum + step.ms : sum), 0);
  let done = 0;
  let given = 0;
  const steps = turn.steps.map((step): Step => {
    if (!isWork(step)) return step;
    done += step.ms;
    const until = done === work ? work >> 1 : Math.floor(done / 2);
    const ms = until - given;
    given = until;
    return { ...step, ms };
  });
  return { ...turn, steps };
}

/** Whether a step takes time of its own. */
function isWork(step: Step): step is Extract<Step, { ms: number }> {
  return step.kind === 'work' || step.kind === 'call';
}

const WORK: ReadonlySet<Step['kind']> = new Set(['work']);
/** If calls are limited, they are steps of their own. */
const CALLS: ReadonlySet<Step['kind']> = new Set(['work', 'call']);

/** Returns the steps with less time, in milliseconds, in the first steps of these kinds. */
function shorter(steps: readonly Step[], ms: number, kinds = WORK): Step[] {
  let left = ms;
  return steps.map((step) => {
    if (!isWork(step) || !kinds.has(step.kind)) return step;
    const less = Math.min(left, step.ms);
    left -= less;
    return { ...step, ms: step.ms - less };
  });
}

/**
 * Returns the events of an additional slot, which starts with the last of the run's first slots and is ready `later`
 * milliseconds after it.
 */
function copyOf(plan: ReplayPlan, slot: number, later: number): External[] {
  const like = plan.external.filter(({ event }) => slotOf(event) === plan.slots);
  return like.flatMap(({ t, event }, at): External[] => {
    if (event.type !== 'slot.ready') return [{ t, event: renumbered(event, slot) }];
    const end = like[at + 1]?.t ?? Number.POSITIVE_INFINITY;
    return t + later < end ? [readyAt(slot, t + later)] : [];
  });
}

function readyAt(slot: number, t: number): External {
  return { t, event: { type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 } };
}

/** Returns the slot of an event; 0 for events without one. */
function slotOf(event: EventDraft): number {
  return event.type === 'slot.ready' || event.type === 'slot.exited' ? event.slot : 0;
}

function renumbered(event: EventDraft, slot: number): EventDraft {
  return event.type === 'slot.ready' || event.type === 'slot.exited' ? { ...event, slot } : event;
}

function inOrder(external: readonly External[]): External[] {
  return [...external].sort((a, b) => a.t - b.t);
}
