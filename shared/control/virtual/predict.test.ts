import { expect, test } from 'vitest';
import { type Crew, crewSchema } from '../../crew/schema.ts';
import type { Estimate } from '../../run/events.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import { predict } from './predict.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const SECOND: Estimate = { ms: 1000, from: 'estimate_s' };
const estimates = (more: Partial<Estimate> = {}) =>
  Object.fromEntries(NAMES.map((name) => [name, { ...SECOND, ...more }]));

function crewWith(settings: object, agent: object = {}): Crew {
  const crew = makeCrew({ tasks: NAMES.map((name) => ({ name })) });
  const agents = crew.agents.map((one) => ({ ...one, ...agent }));
  return crewSchema.parse({ ...crew, agents, settings });
}

test('A prediction includes the requests per minute of the crew', () => {
  expect(predict(crewWith({}), estimates(), 4).makespan_ms).toBe(1000);
  expect(predict(crewWith({ max_rpm: 2 }), estimates(), 4).makespan_ms).toBe(62_000);
});

test('A prediction includes the requests per minute of an agent', () => {
  expect(predict(crewWith({}, { max_rpm: 3 }), estimates(), 4).makespan_ms).toBe(62_000);
});

test('A prediction counts the model calls that earlier runs measured', () => {
  const crew = crewWith({ max_rpm: 4 });
  expect(predict(crew, estimates(), 4).makespan_ms).toBe(1000);
  expect(predict(crew, estimates({ calls: 2, tokens: 10 }), 4).makespan_ms).toBeGreaterThan(60_000);
});

test('A prediction counts the measured tokens, else those of the texts', () => {
  const crew = crewWith({ max_tokens_per_minute: 1000 });
  expect(predict(crew, estimates(), 4).makespan_ms).toBe(1000);
  expect(predict(crew, estimates({ calls: 1, tokens: 600 }), 4).makespan_ms).toBeGreaterThan(180_000);
});

test('Agents at different addresses have separate limits', () => {
  const two = crewWith({ max_rpm: 2 });
  const [ada] = two.agents;
  if (!ada) throw new Error('The crew has no agent.');
  const bo = { ...ada, name: 'bo', provider: 'openai-compatible', base_url: 'http://127.0.0.1:9/v1' };
  const tasks = two.tasks.map((task, at) => ({ ...task, agent: at < 2 ? 'ada' : 'bo' }));
  expect(predict({ ...two, agents: [ada, bo], tasks }, estimates(), 4).makespan_ms).toBe(1000);
});
