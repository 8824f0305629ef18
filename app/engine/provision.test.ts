import { expect, test } from 'vitest';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { Provision } from './provision.ts';

const model = { provider: 'test', base_url: 'http://127.0.0.1:1/v1', model: 'm', price: null };

function agent(name: string): TurnAgent {
  return { name, role: '', goal: '', system: '', model, tools: [], max_iterations: 1 };
}

function turn(more: Partial<TurnSubmission> = {}): TurnSubmission {
  return {
    key: { run: 'run', task: 'report', attempt: 1, turn: null },
    agent: agent('ada'),
    prompt: '',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: 1000,
    ...more,
  };
}

test('a turn gets the keys of its agent, its coworkers and its judges', () => {
  const provision = new Provision(
    '/work',
    (name) => ({ ...model, api_key: name === 'free' ? null : `sk-of-${name}` }),
    () => {},
  );
  const judge = (name: string) => ({ agent: agent(name), brief: '' });
  const rule = { agent: 'eve', criteria: '', tries: 1, on_failure: 'fail' as const };
  const guardrails = { rules: [{ rule, judge: judge('eve') }], sources: [] };
  const provided = provision.for(
    turn({ coworkers: [agent('bob'), agent('free')], manager: judge('boss'), guardrails }),
  );
  const keys = { ada: 'sk-of-ada', bob: 'sk-of-bob', boss: 'sk-of-boss', eve: 'sk-of-eve' };
  expect(provided).toEqual({ workspace: '/work', keys });
});

test('a key that changes during the run is hidden before the next turn gets it', () => {
  let key: string | null = 'sk-first';
  const hidden: (string | null)[] = [];
  const provision = new Provision(
    '/work',
    () => ({ ...model, api_key: key }),
    (changed) => hidden.push(changed),
  );
  const first = provision.for(turn());
  expect(provision.for(turn())).toBe(first);
  key = 'sk-second';
  expect(provision.for(turn()).keys).toEqual({ ada: 'sk-second' });
  key = null;
  expect(provision.for(turn()).keys).toEqual({});
  expect(first.keys).toEqual({ ada: 'sk-first' });
  expect(hidden).toEqual(['sk-first', 'sk-second', null]);
});
