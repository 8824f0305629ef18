import { expect, test } from 'vitest';
import type { EventDraft } from '../../run/events.ts';
import { ThrottledAgents, type ThrottleView } from './throttled-agents.ts';

const ENDPOINTS = new Map([
  ['ada', 'one'],
  ['bo', 'other'],
  ['cy', null],
]);

/** Limits under which the named endpoints cool down until the given run times. */
const coolingDown = (untils: Record<string, number>): ThrottleView => ({
  throttleOf: (t, endpoint) => {
    const ms = (untils[endpoint ?? ''] ?? 0) - t;
    return ms > 0 ? { by: 'provider', ms } : null;
  },
});

/** Reports every change at `t`, as the engine does, and returns the events. */
function settle(agents: ThrottledAgents, limits: ThrottleView, t: number): EventDraft[] {
  const events: EventDraft[] = [];
  for (let next = agents.next(limits, t); next !== null; next = agents.next(limits, t)) {
    events.push(next);
    if (next.type === 'agent.held' || next.type === 'agent.freed') agents.reduce(next);
    else throw new Error(`An unexpected event: ${next.type}.`);
  }
  return events;
}

test('an agent is announced as throttled once, and as free once its endpoint has cooled down', () => {
  const agents = new ThrottledAgents(ENDPOINTS);
  const limits = coolingDown({ one: 1000 });
  expect(settle(agents, limits, 0)).toEqual([{ type: 'agent.held', agent: 'ada', by: 'provider' }]);
  expect(agents.throttled).toEqual(new Set(['ada']));
  expect(settle(agents, limits, 999)).toEqual([]);
  expect(settle(agents, limits, 1000)).toEqual([{ type: 'agent.freed', agent: 'ada' }]);
  expect(agents.throttled).toEqual(new Set());
});

test('the engine wakes when the first throttled agent may be free', () => {
  const agents = new ThrottledAgents(ENDPOINTS);
  const limits = coolingDown({ one: 1000, other: 500 });
  expect(agents.wakeAt(limits, 0)).toBeNull();
  settle(agents, limits, 0);
  expect(agents.wakeAt(limits, 200)).toBe(500);
});
