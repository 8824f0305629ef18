import { describe, expect, it } from 'vitest';
import { guardrailSchema } from '../../shared/crew/guardrails.ts';
import { readAssignment } from '../../shared/slot/assignment.ts';
import type { Message } from '../../shared/slot/message.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { TurnGuardrails, TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { callsTools, type Reply, refusal, says, type TestProvider } from '../models/testing/provider.ts';
import type { SlotUnderTest } from './testing/slot-process.ts';
import { runTurn as carryTurn, providerOf, release } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

let slot: SlotUnderTest;
let provider: TestProvider;

/** Runs a turn of `ada` to its outcome. The provider gives these answers one after the other. */
async function runOnce(replies: readonly Reply[], more: (baseUrl: string) => Partial<TurnSubmission>) {
  if (slot) await release(slot);
  provider = await providerOf(...replies);
  const carried = await carryTurn(turnFor(agentAt(provider.baseUrl), more(provider.baseUrl)));
  slot = carried.slot;
  return carried.outcome;
}

/** Returns the last message of each request. */
const prompts = () =>
  provider.received.map(({ body }) => {
    const messages = body['messages'] as Message[]; // Sent by the client under test.
    return messages.at(-1)?.content ?? '';
  });

const checks = () => slot.events('check').map(({ what, passed }) => [what, passed]);
const askedBy = () => slot.events('llm.call').map((call: SlotEvent & { agent: string }) => call.agent);

describe('votes', () => {
  const choices = ['ada', 'bo'];

  it('a vote names an agent that proposed, as JSON, as the name alone or in a sentence', async () => {
    for (const [answer, choice] of [
      ['```json\n{"vote": "bo"}\n```', 'bo'],
      ['Bo', 'bo'],
      ['I vote for **ada**, who says most.', 'ada'],
    ] as const) {
      expect(await runOnce([says(answer)], () => ({ choices }))).toEqual({ status: 'value', text: choice });
      expect(provider.received).toHaveLength(1);
      expect(checks()).toEqual([]);
    }
  });

  it('a vote may name an agent with different spelling, or by its role', async () => {
    const turn = () => ({
      choices: ['data_analyst', 'bo'],
      choice_roles: { data_analyst: 'Counter', bo: 'Editor in Chief' },
    });
    for (const [answer, choice] of [
      ['{"vote": "Data Analyst"}', 'data_analyst'],
      ['<think>{"vote": "bo"}?</think>So:\n```json\n{"vote": "DATA-ANALYST",}\n```', 'data_analyst'],
      ['"Editor in Chief"', 'bo'],
      ['I choose the data analyst.', 'data_analyst'],
    ] as const) {
      expect(await runOnce([says(answer)], turn)).toEqual({ status: 'value', text: choice });
    }
  });

  it('a vote that names no agent is requested once more', async () => {
    expect(await runOnce([says('Both are good.'), says('{"vote": "ada"}')], () => ({ choices }))).toEqual({
      status: 'value',
      text: 'ada',
    });
    expect(prompts()[1]).toContain('ada, bo');
  });

  it('a second vote that names no agent fails permanently', async () => {
    expect(await runOnce([says('{"vote": "eve"}')], () => ({ choices }))).toMatchObject({
      status: 'error',
      failure: { kind: 'output' },
    });
    expect(provider.received).toHaveLength(2);
  });
});

describe('assignments', () => {
  const assignment = { tasks: ['draft', 'check'], agents: ['ada', 'bo'] };

  it('an assignment that names no agent for a task is sent back once with the problem', async () => {
    const wrong = says('{"draft": "eve"}');
    const right = 'So: {"draft": "ada", "check": "bo"}';
    expect(await runOnce([wrong, says(right)], () => ({ assignment }))).toEqual({ status: 'value', text: right });
    expect(prompts()[1]).toContain('eve (for draft) is not an agent; check has no agent');
    expect(await runOnce([wrong], () => ({ assignment }))).toEqual({ status: 'value', text: '{}' });
    expect(provider.received).toHaveLength(2);
  });

  it('an assignment may contain other text and different spellings of tasks and agents', async () => {
    const answer =
      '<think>Bo? {"draft": "bo"}</think>Here it is:\n```json\n{"Draft": "Analyst", "The Check": "BO"}\n```\nGood luck.';
    const more = { ...assignment, titles: { check: 'The Check' }, roles: { ada: 'Analyst', bo: 'Editor' } };
    expect(await runOnce([says(answer)], () => ({ assignment: more }))).toMatchObject({ status: 'value' });
    expect(provider.received).toHaveLength(1);
    expect(readAssignment(more, answer).chosen).toEqual(
      new Map([
        ['draft', 'ada'],
        ['check', 'bo'],
      ]),
    );
  });

  it('an ambiguous assignment is refused and lists the matching agents', () => {
    const twins = { tasks: ['draft'], agents: ['ada', 'bo'], roles: { ada: 'Writer', bo: 'Writer' } };
    expect(readAssignment(twins, '{"draft": "Writer"}').complaint).toContain('Writer (for draft) may be ada or bo');
  });

  it('a second assignment answer does not replace the valid choices of the first', async () => {
    const half = says('{"draft": "eve", "check": "bo"}');
    const asked = () => runOnce([half, says('I have said so.')], () => ({ assignment }));
    expect(await asked()).toEqual({ status: 'value', text: '{"check":"bo"}' });
    const both = await runOnce([half, says('{"draft": "ada"}')], () => ({ assignment }));
    expect(both).toEqual({ status: 'value', text: '{"check":"bo","draft":"ada"}' });
  });
});

describe('delegations', () => {
  const asks = callsTools(['ask_coworker', { coworker: 'bob', question: 'How many?' }]);
  const coworkers = (baseUrl: string) => [agentAt(baseUrl, { name: 'bob', role: 'Counter', tools: ['file_reader'] })];

  it('a delegation accepts the name or role of a coworker in different spellings', async () => {
    for (const coworker of ['Bob', '"bob"', 'Counter', 'BOB.']) {
      const calls = callsTools(['delegate_work', { coworker, task: 'Count.' }]);
      await runOnce([calls, says('Seven.'), says('Done.')], (baseUrl) => ({ coworkers: coworkers(baseUrl) }));
      expect(askedBy()).toEqual(['ada', 'bob', 'ada']);
    }
    const twins = (baseUrl: string) => ({
      coworkers: [...coworkers(baseUrl), agentAt(baseUrl, { name: 'eve', role: 'Counter' })],
    });
    await runOnce([callsTools(['ask_coworker', { coworker: 'Counter', question: '?' }]), says('Done.')], twins);
    expect(prompts()[1]).toContain('Several co-workers may be "Counter". There are: bob, eve.');
  });

  it('the next attempt continues a delegation without repeating its answered calls', async () => {
    const looks = callsTools(['file_reader', { path: 'none.md' }]);
    await runOnce([asks, looks, refusal(429, 'slow down', { 'retry-after': '1' })], (baseUrl) => ({
      coworkers: coworkers(baseUrl),
    }));
    const [id = ''] = slot.events('delegation.started').map((event) => event.id);
    const own = slot.events('llm.call').flatMap(({ message, delegation }) => (delegation ? [] : (message ?? [])));
    const aside = [
      ...slot.events('llm.call').flatMap(({ message, delegation }) => (delegation && message ? [message] : [])),
      ...slot.events('tool.call').map(({ call_id, answer }): Message => {
        return { role: 'tool', tool_call_id: call_id, content: answer };
      }),
    ];

    const outcome = await runOnce([says('Seven.'), says('Bob says seven.')], (baseUrl) => ({
      key: { run: 'run', task: 'report', attempt: 2, turn: null },
      coworkers: coworkers(baseUrl),
      transcript: own,
      nested_conversations: { [id]: aside },
    }));
    expect(outcome).toEqual({ status: 'value', text: 'Bob says seven.' });
    expect(askedBy()).toEqual(['bob', 'ada']);
    expect(slot.events('delegation.started').map((event) => event.id)).toEqual([id]);
  });

  it('a refusal by the coworker’s provider ends the attempt without using up a retry', async () => {
    const outcome = await runOnce([asks, refusal(429, 'slow down', { 'retry-after': '1' })], (baseUrl) => ({
      coworkers: coworkers(baseUrl),
    }));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'rate_limit' } });
    expect(slot.events('tool.call')).toEqual([]);
  });
});

describe('manager reviews', () => {
  const manager = (baseUrl: string) => ({
    manager: { agent: agentAt(baseUrl, { name: 'boss', role: 'Boss' }), brief: '# Task: report\n\nCount.' },
  });
  const sendsBack = says('{"approved": false, "remark": "Give the number."}');

  it('an answer that the manager approves is the result; the manager receives the task and the answer, and no tools', async () => {
    const outcome = await runOnce([says('Some.'), says('Fine: {"approved": true}')], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Some.' });
    expect(prompts()[1]).toMatch(/# Task: report\n\nCount\..*## Result of ada\n\nSome\./s);
    expect(slot.events('delegation.started')).toMatchObject([{ from: 'ada', to: 'boss', judges: 'manager_review' }]);
    expect(askedBy()).toEqual(['ada', 'boss']);
    expect(checks()).toEqual([['manager_review', true]]);
  });

  it('a manager review sends an answer back once and accepts the next answer', async () => {
    const outcome = await runOnce([says('Some.'), sendsBack, says('Forty-two.'), sendsBack], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(askedBy()).toEqual(['ada', 'boss', 'ada']);
    expect(prompts()[2]).toContain('Give the number.');
    expect(slot.events('check')).toMatchObject([{ what: 'manager_review', passed: false, detail: 'Give the number.' }]);
  });

  it('an answer is accepted if the manager gives no verdict in two calls', async () => {
    const outcome = await runOnce([says('Some.'), says('Hm.')], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Some.' });
    expect(askedBy()).toEqual(['ada', 'boss', 'boss']);
    expect(slot.events('check')).toMatchObject([
      { passed: true, detail: 'boss gave no verdict; the result is accepted' },
    ]);
  });

  it('a manager review waits for the next attempt if the manager cannot be called', async () => {
    expect(await runOnce([says('Some.'), refusal(503, 'busy')], manager)).toMatchObject({
      status: 'error',
      failure: { kind: 'http', status: 503 },
    });
  });

  it('a later attempt does not repeat a manager review: it continues from the verdict', async () => {
    const answered: Message[] = [{ role: 'assistant', content: 'Some.' }];
    const verdict: Message[] = [{ role: 'assistant', content: '{"approved": false, "remark": "Give the number."}' }];
    const key = { run: 'run', task: 'report', attempt: 2, turn: null };
    const outcome = await runOnce([says('Forty-two.')], (baseUrl) => {
      return { ...manager(baseUrl), key, transcript: answered, nested_conversations: { 'review-1': verdict } };
    });
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(askedBy()).toEqual(['ada']);
    const sent: Message[] = [{ role: 'user', content: prompts()[0] ?? '' }];

    const transcript = [...answered, ...sent, { role: 'assistant' as const, content: 'Forty-two.' }];
    expect(await runOnce([sendsBack], (baseUrl) => ({ ...manager(baseUrl), key, transcript }))).toEqual(outcome);
    expect(provider.received).toEqual([]);
  });
});

describe('output schemas', () => {
  const output_schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'] };

  it('an answer with an output schema gives the matching value, and the check names removed text', async () => {
    const answer = '<think>{"answer": 1}</think>Draft: {"answer": 2}\n\n```json\n{"answer": 42}\n```\nAnything else?';
    expect(await runOnce([says(answer)], () => ({ output_schema }))).toEqual({
      status: 'value',
      text: '{"answer": 42}',
    });
    expect(slot.events('check')).toMatchObject([
      { passed: true, detail: 'text around the JSON was removed; the last of 2 JSON values was used' },
    ]);
  });

  it('an answer without a matching value is sent back with the problem', async () => {
    await runOnce([says('So: {"answer": "many"}'), says('{"answer": 42}')], () => ({ output_schema }));
    expect(prompts()[1]).toContain('answer');
    expect(checks()).toEqual([
      ['schema', false],
      ['repair', true],
    ]);
  });
});

describe('guardrails', () => {
  const guarded = (rule: object, sources: TurnGuardrails['sources'] = []) => guardedBy([rule], sources);
  const guardedBy = (rules: object[], sources: TurnGuardrails['sources'] = []) => ({
    guardrails: { rules: rules.map((rule) => ({ rule: guardrailSchema.parse(rule) })), sources },
  });

  it('an answer that fails its guardrail is sent back with the reason, up to the limit of the guardrail', async () => {
    const rule = { check: 'length', max: 5, tries: 1 } as const;
    expect(await runOnce([says('Forty-two'), says('42')], () => guarded(rule))).toEqual({
      status: 'value',
      text: '42',
    });
    expect(prompts()[0]).toContain('at most 5 characters');
    expect(prompts()[1]).toContain('it has 9 characters');
    expect(checks()).toEqual([
      ['guardrail', false],
      ['repair', true],
    ]);
    expect(await runOnce([says('Forty-two')], () => guarded(rule))).toMatchObject({ failure: { kind: 'output' } });
    expect(provider.received).toHaveLength(2);
  });

  it.each([
    [{ check: 'length', min: 3, tries: 0 }, '日本語', '日本'],
    [{ check: 'regex', pattern: '^\\p{Lu}', tries: 0 }, 'Übung', 'übung'],
    [{ check: 'json', tries: 0 }, '{"a":1}', 'a: 1'],
    [
      { check: 'language', language: 'de', tries: 0 },
      'Der Bericht ist fertig, und jede Zahl kommt aus der Tabelle.\n\n```\nall of this is only code\n```',
      'The report is ready, and each number comes from the table of sales.',
    ],
    [{ check: 'cites', tries: 0 }, 'See https://example.com/a.', 'Everybody knows.'],
  ] as const)('meets %o or does not', async (rule, good, bad) => {
    expect(await runOnce([says(good)], () => guarded(rule))).toEqual({ status: 'value', text: good });
    expect(await runOnce([says(bad)], () => guarded(rule))).toMatchObject({ failure: { kind: 'output' } });
  });

  it('JSON after thoughts or in a fence among words passes as JSON alone', async () => {
    for (const answer of ['<think>{"a": 2}?</think>\n{"a": 1}', 'Here:\n```json\n{"a": 1}\n```\nDone.']) {
      expect(await runOnce([says(answer)], () => guarded({ check: 'json', tries: 0 }))).toEqual({
        status: 'value',
        text: '{"a": 1}',
      });
    }
    expect(
      await runOnce([says('As [1] says, {} is empty.')], () => guarded({ check: 'json', tries: 0 })),
    ).toMatchObject({
      failure: { kind: 'output' },
    });
  });

  it('an answer that must cite names every source that it was given, by name or title', async () => {
    const sources = [
      { name: 'market', title: 'The market' },
      { name: 'costs', title: 'What it costs' },
    ];
    const replies = [says('The market grows.'), says('The market grows, and `costs` fall.')];
    await runOnce(replies, () => guarded({ check: 'cites', tries: 1 }, sources));
    expect(slot.events('check')).toMatchObject([
      { passed: false, detail: 'it does not name costs, which it was given' },
      { passed: true },
    ]);
  });

  it('another agent judges an answer inside the turn, and then the manager does', async () => {
    const rule = { agent: 'eve', criteria: 'It is a number.', tries: 2 };
    const outcome = await runOnce(
      [says('Some.'), says('{"approved": false, "remark": "No number."}'), says('42'), says('{"approved": true}')],
      (baseUrl) => {
        const judge = (name: string) => ({ agent: agentAt(baseUrl, { name }), brief: '# Task: report' });
        const rules = [{ rule: guardrailSchema.parse(rule), judge: judge('eve') }];
        return { guardrails: { rules, sources: [] }, manager: judge('boss') };
      },
    );
    expect(outcome).toEqual({ status: 'value', text: '42' });
    expect(askedBy()).toEqual(['ada', 'eve', 'ada', 'eve', 'boss']);
    expect(prompts()[1]).toContain('It is a number.');
    expect(checks()).toEqual([
      ['guardrail', false],
      ['repair', true],
      ['manager_review', true],
    ]);
    expect(slot.events('delegation.started').map(({ to, judges }) => [to, judges])).toEqual([
      ['eve', 'guardrail'],
      ['eve', 'guardrail'],
      ['boss', 'manager_review'],
    ]);
  });

  it('an answer that no agent can judge waits for the next attempt', async () => {
    const rule = { agent: 'eve', criteria: 'It is a number.', tries: 2 };
    const outcome = await runOnce([says('Some.'), says('Hm.')], (baseUrl) => {
      const judge = { agent: agentAt(baseUrl, { name: 'eve' }), brief: '' };
      return { guardrails: { rules: [{ rule: guardrailSchema.parse(rule), judge }], sources: [] } };
    });
    expect(outcome).toMatchObject({ failure: { kind: 'bad_answer' } });
  });

  it('several guardrails check an answer in order, and from the first again after a correction', async () => {
    const rules = [
      { check: 'length', max: 5, tries: 1 },
      { check: 'regex', pattern: '^\\d+$', tries: 1 },
    ];
    const outcome = await runOnce([says('Forty-two'), says('many'), says('42')], () => guardedBy(rules));
    expect(outcome).toEqual({ status: 'value', text: '42' });
    expect(prompts()[0]).toMatch(/- it has at most 5 characters\.\n- it matches the regular expression/);
    expect(slot.events('check').map(({ what, passed, guardrail }) => [what, passed, guardrail])).toEqual([
      ['guardrail', false, 1],
      ['repair', true, 1],
      ['guardrail', false, 2],
      ['repair', true, 1],
      ['repair', true, 2],
    ]);
  });

  it('a correction that breaks an earlier guardrail without tries left fails the attempt', async () => {
    const rules = [
      { check: 'length', max: 5, tries: 0 },
      { check: 'regex', pattern: '^\\d+$', tries: 2 },
    ];
    expect(await runOnce([says('many'), says('1234567')], () => guardedBy(rules))).toMatchObject({
      failure: { kind: 'output', message: expect.stringContaining('it has 7 characters') },
    });
  });

  it('on_failure keep keeps the try that met most guardrails, and says what it does not meet', async () => {
    const rules = [
      { check: 'length', max: 5, tries: 2, on_failure: 'keep' },
      { check: 'regex', pattern: '^\\d+$', tries: 1, on_failure: 'keep' },
    ];
    const replies = [says('Forty-two'), says('many'), says('Forty-two'), says('Forty-three')];
    expect(await runOnce(replies, () => guardedBy(rules))).toEqual({
      status: 'value',
      text: 'many',
      unmet: ['it does not match the regular expression ^\\d+$'],
    });
  });

  it('an earlier try is not kept if a guardrail that must be met was not checked', async () => {
    const rules = [
      { check: 'length', max: 5, tries: 1, on_failure: 'keep' },
      { check: 'regex', pattern: '^\\d+$', tries: 1 },
    ];
    const replies = [says('Forty-two'), says('Forty-three'), says('1234567')];
    expect(await runOnce(replies, () => guardedBy(rules))).toMatchObject({
      text: '1234567',
      unmet: [expect.stringContaining('it has 7 characters')],
    });
    expect(await runOnce([says('Forty-two'), says('many'), says('much')], () => guardedBy(rules))).toMatchObject({
      failure: { kind: 'output' },
    });
  });

  it('an expression uses the text, its JSON, inputs and outputs', async () => {
    const values = { inputs: { most: 5 }, outputs: { count: { n: 42 } } };
    const guardrail = (cel: string, more: object = {}) => {
      const { guardrails } = guarded({ check: 'expression', cel, tries: 0, ...more });
      return { guardrails: { ...guardrails, values } };
    };
    const met = 'size(text) <= inputs.most && json == outputs.count.n';
    expect(await runOnce([says('42')], () => guardrail(met))).toEqual({ status: 'value', text: '42' });
    expect(await runOnce([says('43')], () => guardrail(met, { message: 'the count is wrong' }))).toMatchObject({
      failure: { kind: 'output', message: expect.stringContaining('the count is wrong') },
    });
    expect(await runOnce([says('x')], () => guardrail('json.a > 1'))).toMatchObject({
      failure: { kind: 'output', message: expect.stringContaining('cannot be evaluated') },
    });
  });

  it('criteria without an agent are judged by the model of the task', async () => {
    const replies = [
      says('Some.'),
      says('{"approved": false, "remark": "No number."}'),
      says('42'),
      says('{"approved": true}'),
    ];
    const outcome = await runOnce(replies, (baseUrl) => {
      const judge = { agent: agentAt(baseUrl, { name: 'ada' }), brief: '' };
      const rule = guardrailSchema.parse({ criteria: 'It is a number.' });
      return { guardrails: { rules: [{ rule, judge }], sources: [] } };
    });
    expect(outcome).toEqual({ status: 'value', text: '42' });
    expect(JSON.stringify(provider.received.at(2))).toContain('Your answer was checked: No number.');
  });

  it('a rehearsed answer that never passes its guardrail is reported and accepted', async () => {
    const rule = { check: 'regex', pattern: 'x', tries: 1 } as const;
    const outcome = await runOnce([says('Some.')], () => ({ ...guarded(rule), rehearsal: true }));
    expect(outcome).toEqual({ status: 'value', text: 'Some.' });
    expect(checks()).toEqual([
      ['guardrail', false],
      ['repair', false],
    ]);
  });
});
