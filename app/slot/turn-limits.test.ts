import { expect, test } from 'vitest';
import { guardrailSchema } from '../../shared/crew/guardrails.ts';
import { callsTools, type Reply, says } from '../models/testing/provider.ts';
import { providerOf, runTurn } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';
import { TurnLimits } from './turn-limits.ts';

const judge = { agent: agentAt('http://127.0.0.1:1/v1'), brief: '' };
const answered = { isAnswered: true, tokens: 100 };
const looks = callsTools(['file_reader', { path: 'nothing.md' }]);
/** A model that calls tools as long as it is offered any. */
const AS_LONG_AS: Reply = (response, received) => ('tools' in received.body ? looks : says('No.'))(response, received);

test('without limits a conversation may call its model as it wants', () => {
  const limits = new TurnLimits({});
  for (let calls = 0; calls < 1000; calls += 1) limits.count(answered);
  expect(limits.next('agent', false)).toEqual({ status: 'free' });
});

test('the last of the permitted calls is a last answer, and no call follows it', () => {
  const limits = new TurnLimits({ limits: { calls: 2 } });
  expect(limits.next('agent', false)).toEqual({ status: 'free' });
  limits.count({ isAnswered: false, tokens: 0 });
  limits.count(answered);
  expect(limits.next('agent', false)).toEqual({ status: 'last', why: 'call_limit' });
  limits.count(answered);
  expect(limits.next('agent', false)).toMatchObject({ status: 'none', failure: { kind: 'limit' } });
});

test('the call after the tokens are used up is a last answer, once in each conversation', () => {
  const limits = new TurnLimits({ limits: { tokens: 150 } });
  limits.count(answered);
  expect(limits.next('agent', false)).toEqual({ status: 'free' });
  limits.count({ isAnswered: false, tokens: 50 });
  expect(limits.next('agent', false)).toEqual({ status: 'last', why: 'token_limit' });
  expect(limits.next('judge', false)).toEqual({ status: 'last', why: 'token_limit' });
  expect(limits.next('agent', true)).toMatchObject({ status: 'none', failure: { kind: 'limit' } });
});

test('an agent keeps a call for those who judge its answer, and a coworker keeps one for the agent', () => {
  const limits = new TurnLimits({ limits: { calls: 3 }, manager: judge });
  expect(limits.next('coworker', false)).toEqual({ status: 'last', why: 'call_limit' });
  limits.count(answered);
  expect(limits.next('coworker', false)).toMatchObject({ status: 'none' });
  expect(limits.next('agent', false)).toEqual({ status: 'last', why: 'call_limit' });
  limits.count(answered);
  expect(limits.next('judge', false)).toEqual({ status: 'last', why: 'call_limit' });
});

test('an agent keeps one call for each guardrail that a model judges', () => {
  const criteria = guardrailSchema.parse({ criteria: 'It is short.' });
  const rules = [
    { rule: criteria, judge },
    { rule: guardrailSchema.parse({ check: 'json' }) },
    { rule: criteria, judge },
  ];
  const limits = new TurnLimits({ limits: { calls: 4 }, guardrails: { rules, sources: [] } });
  expect(limits.next('agent', false)).toEqual({ status: 'free' });
  limits.count(answered);
  expect(limits.next('agent', false)).toEqual({ status: 'last', why: 'call_limit' });
});

test('a turn answers in the last call of its task, which is marked', async () => {
  const provider = await providerOf(AS_LONG_AS);
  const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 20 });
  const { outcome, slot } = await runTurn(turnFor(agent, { limits: { calls: 2 } }));
  expect(outcome).toEqual({ status: 'value', text: 'No.' });
  expect(slot.events('llm.call').map((call) => call.final)).toEqual([undefined, 'call_limit']);
});

test('a turn answers in the call after the tokens of its task are used up', async () => {
  const provider = await providerOf(AS_LONG_AS);
  const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 20 });
  const { outcome, slot } = await runTurn(turnFor(agent, { limits: { tokens: 15 } }));
  expect(outcome).toEqual({ status: 'value', text: 'No.' });
  expect(slot.events('llm.call').map((call) => call.final)).toEqual([undefined, 'token_limit']);
});

test('a turn whose last answer is unusable fails because of the limit, and makes no call beyond it', async () => {
  const provider = await providerOf(says('not JSON'));
  const output_schema = { type: 'object', required: ['title'] };
  const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl), { output_schema, limits: { calls: 1 } }));
  expect(outcome).toMatchObject({
    status: 'error',
    failure: { kind: 'limit', message: expect.stringContaining('call_limit') },
  });
  expect(provider.received).toHaveLength(1);
  const none = await runTurn(
    turnFor(agentAt(provider.baseUrl), {
      key: { run: 'run', task: 'other', attempt: 1, turn: null },
      limits: { calls: 0 },
    }),
  );
  expect(none.outcome).toMatchObject({ status: 'error', failure: { kind: 'limit' } });
  expect(provider.received).toHaveLength(1);
});
