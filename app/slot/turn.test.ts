import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../shared/slot/message.ts';
import { callsTools, finish, type Reply, refusal, says, stream, text } from '../models/testing/provider.ts';
import { provide, providerOf, readySlot, runTurn, workspace } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

const PATIENCE = { interval: 5 };

describe('a turn', () => {
  it('a slot reports ready before any call of a provider, then streams the answer and reports its call', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    expect(provider.received).toEqual([]);
    const agent = agentAt(provider.baseUrl, {}, { price: { prompt: 1_000_000, completion: 2_000_000 } });
    const { outcome } = await runTurn(turnFor(agent), slot);
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(slot.said.flatMap((message) => (message.type === 'text' ? [message.delta] : [])).join('')).toBe(
      'Forty-two.',
    );
    expect(slot.events('llm.call')).toMatchObject([
      {
        agent: 'ada',
        prompt_tokens: 10,
        completion_tokens: 5,
        cost_usd: 20,
        prompt: [{ role: 'system' }, { role: 'user', content: '# Task: report' }],
        message: { content: 'Forty-two.' },
      },
    ]);
  });

  it('a turn prices cached prompt tokens as cached, and marks the cost if their price is unknown', async () => {
    const counted = { prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 900 } };
    const answer = stream(text('42'), finish('stop'), { choices: [], usage: counted });
    for (const [cached, more] of [
      [500_000, { cost_usd: 100 + 450 + 200 }],
      [undefined, { cost_usd: 1000 + 200, cost_at_most: true }],
    ] as const) {
      const provider = await providerOf(answer);
      const price = { prompt: 1_000_000, completion: 2_000_000, ...(cached === undefined ? {} : { cached }) };
      const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl, {}, { price })));
      const [call] = slot.events('llm.call');
      expect(call).toMatchObject({ prompt_tokens: 1000, cached_tokens: 900, ...more });
      expect(call?.cost_at_most).toBe(cached === undefined ? true : undefined);
    }
  });

  it('a turn reports how its answer ended, the tokens of thoughts, and where the cost comes from', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 50, completion_tokens_details: { reasoning_tokens: 40 } };
    const provider = await providerOf(stream(text('42'), finish('stop'), { choices: [], usage }));
    const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl, {}, { price: { prompt: 1, completion: 1 } })));
    expect(slot.events('llm.call')).toMatchObject([{ finish: 'stop', thought_tokens: 40, cost_from: 'prices' }]);
  });

  it('a turn costs what OpenRouter reports, and a cost that another server reports does not count', async () => {
    const answer = stream(text('42'), finish('stop'), {
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 5, cost: 0.0123 },
    });
    for (const [name, cost_usd] of [
      ['openrouter', 0.0123],
      ['openai_compatible', null],
    ] as const) {
      const provider = await providerOf(answer);
      const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl, {}, { provider: name, price: null })));
      expect(slot.events('llm.call')).toMatchObject([{ cost_usd }]);
    }
  });

  it('a turn requests a permit before each call, and returns it with the tokens used', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    slot.answering = () => null;
    slot.send({ type: 'turn', turn: turnFor(agentAt(provider.baseUrl)) });
    await expect
      .poll(() => slot.requests, PATIENCE)
      .toMatchObject([{ kind: 'limiter.acquire', origin: provider.origin }]);
    expect(provider.received).toEqual([]);
    const [id = ''] = slot.said.flatMap((message) => (message.type === 'request' ? [message.id] : []));
    slot.send({
      type: 'answer',
      key: turnFor(agentAt('')).key,
      request: id,
      answer: { ok: true, text: 'p7' },
    });
    await expect
      .poll(() => slot.events('llm.call'), PATIENCE)
      .toMatchObject([{ permit: 'p7', prompt_tokens: 10, completion_tokens: 5 }]);
  });

  it('a turn carries out the first fifty tool calls of one answer, and reports the limit to the model', async () => {
    const calls = Array.from(
      { length: 250 },
      (_, index) => ['file_writer', { path: `many/${index}.txt`, content: '' }] as [string, object],
    );
    const provider = await providerOf(callsTools(...calls), says('Enough.'));
    const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_writer'] })));
    expect(outcome).toEqual({ status: 'value', text: 'Enough.' });
    expect(await readdir(join(workspace, 'many'))).toHaveLength(50);
    const answers = slot.events('tool.call');
    expect(answers.map(({ ok }) => ok)).toEqual(calls.map((_, index) => index < 50));
    expect(answers[50]?.answer).toMatch(/^Not carried out: the answer has 250 tool calls, and only the first 50/);
    expect(JSON.stringify(provider.received[1])).toContain('Not carried out');
  });

  it('a turn fails without a call when its permit is refused because the account has no credit', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    slot.answering = () => ({ ok: false, text: 'The account has no credit.' });
    const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl)), slot);
    expect(outcome).toEqual({
      status: 'error',
      failure: { kind: 'quota', message: 'The account has no credit.' },
    });
    expect(provider.received).toEqual([]);
    expect(slot.events('llm.call')).toEqual([]);
  });

  it('a turn carries out no tool call that contains the key of its server', async () => {
    const key = 'sk-"secret"-0123456789';
    const calls = [
      ['file_writer', { path: 'leak.txt', content: `a ${key} b` }],
      ['file_writer', { path: `${key}.txt`, content: '' }],
      ['file_writer', { path: 'fine.txt', content: 'no key' }],
    ] as [string, object][];
    const provider = await providerOf(callsTools(...calls), says('Done.'));
    const agent = agentAt(provider.baseUrl, { tools: ['file_writer'] });
    const slot = await readySlot();
    provide(slot, { [agent.name]: key });
    await runTurn(turnFor(agent), slot);
    expect(slot.events('tool.call').map(({ ok }) => ok)).toEqual([false, false, true]);
    const written = await readdir(workspace, { recursive: true });
    expect(written.filter((name) => name.includes('leak') || name.includes('sk-'))).toEqual([]);
  });

  it('a turn uses the permit that came with it for its first call', async () => {
    const provider = await providerOf(callsTools(['no_such_tool', {}]), says('Forty-two.'));
    const { slot } = await runTurn({ ...turnFor(agentAt(provider.baseUrl)), permit: 'p1' });
    expect(slot.events('llm.call').map(({ permit }) => permit)).toEqual(['p1', 'permit-1']);
    expect(slot.requested('limiter.acquire')).toHaveLength(1);
  });

  it('a turn carries out the tools that the model calls, in order, and returns their answers to the model', async () => {
    const provider = await providerOf(
      callsTools(
        ['file_writer', { path: 'notes/a.md', content: 'one' }],
        ['file_reader', { path: 'notes/a.md' }],
        ['no_such_tool', {}],
        ['file_writer', { path: '../outside.md', content: 'x' }],
      ),
      says('Done.'),
    );
    const { outcome, slot } = await runTurn(
      turnFor(agentAt(provider.baseUrl, { tools: ['file_reader', 'file_writer'] })),
    );
    expect(outcome).toEqual({ status: 'value', text: 'Done.' });
    expect(await readFile(join(workspace, 'notes', 'a.md'), 'utf8')).toBe('one');
    expect(slot.events('tool.call').map(({ name, ok }) => [name, ok])).toEqual([
      ['file_writer', true],
      ['file_reader', true],
      ['no_such_tool', false],
      ['file_writer', false],
    ]);
    const sent = provider.received[1]?.body['messages'] as Message[]; // As this test's client has sent them.
    expect(sent.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool', 'tool', 'tool']);
    expect(sent[4]?.content).toContain('one');
    expect(sent[5]?.content).toContain('You have: file_reader, file_writer');
    expect(slot.events('llm.call').map(({ prompt }) => prompt.length)).toEqual([2, 4]);
  });

  it('the engine answers the two seed tools', async () => {
    const provider = await providerOf(
      callsTools(['shared_resource_pool', { action: 'acquire_resource', resource_id: 'database' }]),
      says('Done.'),
    );
    const slot = await readySlot();
    slot.answering = ({ kind }) => ({ ok: true, text: kind === 'shared_resource_pool' ? 'acquired' : 'permit-1' });
    await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['shared_resource_pool'] })), slot);
    expect(slot.requested('shared_resource_pool')).toMatchObject([
      { agent: 'ada', arguments: { action: 'acquire_resource', resource_id: 'database' } },
    ]);
    expect(slot.events('tool.call')).toMatchObject([{ answer: 'acquired', ok: true }]);
  });

  it('a turn fails when the agent never answers, and names the limit to raise', async () => {
    const provider = await providerOf(callsTools(['file_reader', { path: 'nothing.md' }]));
    const { outcome } = await runTurn(
      turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 3 })),
    );
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'iterations' } });
    expect(JSON.stringify(outcome)).toContain('Raise its max_iterations');
    expect(provider.received).toHaveLength(3);
  });

  it('a turn demands a last answer without tools when max_iterations is reached, and marks that call', async () => {
    const looks = callsTools(['file_reader', { path: 'nothing.md' }]);
    const provider = await providerOf(looks, looks, says('There is nothing.'));
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 3 });
    const { outcome, slot } = await runTurn(turnFor(agent));
    expect(outcome).toEqual({ status: 'value', text: 'There is nothing.' });
    expect(provider.received.map(({ body }) => 'tools' in body)).toEqual([true, true, false]);
    expect(slot.events('llm.call').map((call) => call.final)).toEqual([undefined, undefined, 'iterations']);
  });

  it('a turn recognizes the third identical call in a row, and does not carry it out', async () => {
    const looks = callsTools(['file_reader', { path: 'nothing.md' }]);
    const provider = await providerOf(
      looks,
      looks,
      looks,
      looks,
      callsTools(['file_reader', { path: 'other.md' }]),
      says('No.'),
    );
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 10 });
    const { slot } = await runTurn(turnFor(agent));
    const isNoticed = slot.events('tool.call').map(({ answer }) => answer.includes('You have this answer already'));
    expect(isNoticed).toEqual([false, false, true, true, false]);
    expect(slot.events('tool.call').map((call) => call.repeated ?? false)).toEqual(isNoticed);
  });

  it('a turn recognizes a repeated sequence of calls', async () => {
    const both = callsTools(['file_reader', { path: 'a.md' }], ['file_reader', { path: 'b.md' }]);
    const provider = await providerOf(both, both, both, says('No.'));
    const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] })));
    const isNoticed = slot.events('tool.call').map(({ answer }) => answer.includes('You have this answer already'));
    expect(isNoticed).toEqual([false, false, false, false, true, true]);
  });

  it('a turn demands a last answer without tools from an agent that only repeats calls', async () => {
    const looks = callsTools(['file_reader', { path: 'nothing.md' }]);
    const lastAnswer: Reply = (response, received) =>
      ('tools' in received.body ? looks : says('No.'))(response, received);
    const provider = await providerOf(lastAnswer);
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 200 });
    const { outcome, slot } = await runTurn(turnFor(agent));
    expect(outcome).toEqual({ status: 'value', text: 'No.' });
    expect(provider.received).toHaveLength(6);
    expect(slot.events('llm.call').at(-1)).toMatchObject({ final: 'repeated_calls' });
  });

  it('a turn ends if its server calls tools although none are offered', async () => {
    for (const name of ['file_reader', 'shared_resource_pool', 'no_tool']) {
      const provider = await providerOf(callsTools([name, { path: 'nothing.md' }]));
      for (const tools of [[], ['file_reader']]) {
        provider.received.length = 0;
        const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools, max_iterations: 200 })));
        expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'iterations' } });
        expect(provider.received.length).toBeLessThanOrEqual(6);
      }
    }
  });

  it('a turn accepts the text of a last answer that calls tools although none are offered', async () => {
    const looks = callsTools(['file_reader', { path: 'nothing.md' }]);
    const call = { index: 0, id: 'c', type: 'function', function: { name: 'file_reader', arguments: '{}' } };
    const both = stream(text('What I know.'), { choices: [{ delta: { tool_calls: [call] } }] }, finish('tool_calls'));
    const provider = await providerOf(looks, both);
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 2 });
    const { outcome } = await runTurn(turnFor(agent));
    expect(outcome).toEqual({ status: 'value', text: 'What I know.' });
  });

  it('a turn carries out a tool call that was written as text', async () => {
    await writeFile(join(workspace, 'in.txt'), 'hello');
    const written = 'I need it.\n<tool_call>\n{"name": "file_reader", "arguments": {"path": "in.txt"}}\n</tool_call>';
    const provider = await providerOf(says(written), says('It says hello.'));
    const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] })));
    expect(outcome).toEqual({ status: 'value', text: 'It says hello.' });
    expect(slot.events('tool.call')).toMatchObject([{ name: 'file_reader', ok: true, answer: 'hello' }]);
    expect(provider.received[1]?.body['messages']).toMatchObject([
      {},
      {},
      { role: 'assistant', content: 'I need it.' },
      { role: 'tool', content: 'hello' },
    ]);
  });

  it('a turn never accepts a tool call that was written as text as its result', async () => {
    const unreadable = '<tool_call>\nfile_reader(in.txt)\n</tool_call>';
    for (const tools of [['file_reader'], []]) {
      const text = tools.length > 0 ? unreadable : '<tool_call>{"name": "file_reader", "arguments": {}}</tool_call>';
      const once = await providerOf(says(text), says('It says hello.'));
      const { outcome } = await runTurn(turnFor(agentAt(once.baseUrl, { tools })));
      expect(outcome).toEqual({ status: 'value', text: 'It says hello.' });
      expect(JSON.stringify(once.received[1]?.body)).toContain('it was not executed');
      const always = await providerOf(says(text));
      const failed = await runTurn(turnFor(agentAt(always.baseUrl, { tools })));
      expect(failed.outcome).toMatchObject({ status: 'error', failure: { kind: 'output' } });
      expect(always.received).toHaveLength(3);
    }
  });

  it('JSON that matches the output schema is an answer, although it reads as a tool call', async () => {
    const output_schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name', 'arguments'] };
    const text = '{"name": "file_reader", "arguments": {}}';
    const provider = await providerOf(says(text));
    const { outcome } = await runTurn(
      turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] }), { output_schema }),
    );
    expect(outcome).toEqual({ status: 'value', text });
  });

  it('a result may mention a tool', async () => {
    for (const text of ['Use `file_reader` with {"path": "in.txt"}.', '{"name": "Ada", "arguments": []}']) {
      const provider = await providerOf(says(text));
      const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] })));
      expect(outcome).toEqual({ status: 'value', text });
    }
  });

  it('a rehearsal does not call tools that reach outside, and marks their answers', async () => {
    const provider = await providerOf(callsTools(['web_search', { query: 'lanes' }]), says('Done.'));
    const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['web_search'] }), { rehearsal: true }));
    expect(slot.events('tool.call')).toMatchObject([{ name: 'web_search', ok: true, rehearsed: true }]);
  });
});

describe('an attempt that continues an earlier one', () => {
  const asked: Message = {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'a', type: 'function', function: { name: 'file_writer', arguments: '{"path":"kept.md","content":"old"}' } },
      { id: 'b', type: 'function', function: { name: 'file_writer', arguments: '{"path":"new.md","content":"new"}' } },
    ],
  };

  it('a later attempt neither pays for an answered call again nor carries out a tool twice', async () => {
    const provider = await providerOf(says('Done.'));
    const transcript: Message[] = [asked, { role: 'tool', tool_call_id: 'a', content: 'Written.' }];
    const agent = agentAt(provider.baseUrl, { tools: ['file_writer'] });
    const { slot, outcome } = await runTurn(turnFor(agent, { transcript }));
    expect(outcome).toMatchObject({ status: 'value' });
    expect(slot.events('tool.call').map(({ call_id }) => call_id)).toEqual(['b']);
    await expect(readFile(join(workspace, 'kept.md'))).rejects.toThrow();
    expect(provider.received).toHaveLength(1);
  });

  it('a later attempt accepts a final answer as it is', async () => {
    const provider = await providerOf(says('Another.'));
    const transcript: Message[] = [{ role: 'assistant', content: 'The answer.' }];
    const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl), { transcript }));
    expect(outcome).toEqual({ status: 'value', text: 'The answer.' });
    expect(provider.received).toEqual([]);
  });
});

describe('an answer with an output schema', () => {
  const output_schema = {
    type: 'object',
    properties: { total: { type: 'integer' } },
    required: ['total'],
    additionalProperties: false,
  };

  it('an answer that violates its schema is sent back until it passes, and the result has no fence', async () => {
    const provider = await providerOf(says('Forty-two'), says('{"total":"x"}'), says('```json\n{"total":42}\n```'));
    const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl), { output_schema }));
    expect(outcome).toEqual({ status: 'value', text: '{"total":42}' });
    expect(slot.events('check').map(({ what, passed }) => [what, passed])).toEqual([
      ['schema', false],
      ['repair', false],
      ['repair', true],
    ]);
    expect(JSON.stringify(provider.received[0]?.body)).toContain('additionalProperties');
  });

  it('an answer that violates its schema fails permanently after two repairs', async () => {
    const provider = await providerOf(says('Forty-two'));
    const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl), { output_schema }));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'output' } });
    expect(provider.received).toHaveLength(3);
  });

  it('a turn makes no call if its schema cannot be used', async () => {
    const provider = await providerOf(says('{}'));
    const turn = turnFor(agentAt(provider.baseUrl), { output_schema: { $ref: 'https://example.com/schema' } });
    const { outcome } = await runTurn(turn);
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'output' } });
    expect(JSON.stringify(outcome)).toContain('output_schema cannot be used');
    expect(provider.received).toEqual([]);
  });
});

describe('a coworker', () => {
  it('a coworker answers inside the turn, cannot delegate, and its calls count to the coworker', async () => {
    const provider = await providerOf(
      callsTools(['ask_coworker', { coworker: 'bob', question: 'How many?' }]),
      says('Seven.'),
      says('Bob says seven.'),
    );
    const coworkers = [agentAt(provider.baseUrl, { name: 'bob', role: 'Counter' })];
    const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl), { coworkers }));
    expect(outcome).toEqual({ status: 'value', text: 'Bob says seven.' });
    expect(slot.events('delegation.started')).toMatchObject([{ from: 'ada', to: 'bob', question: true }]);
    expect(slot.events('delegation.ended')).toMatchObject([{ ok: true }]);
    expect(slot.events('llm.call').map(({ agent, delegation }) => [agent, delegation !== undefined])).toEqual([
      ['ada', false],
      ['bob', true],
      ['ada', false],
    ]);
    expect(provider.received[1]?.body).not.toHaveProperty('tools');
    expect(slot.said.flatMap((message) => (message.type === 'text' ? [message.delta] : []))).toEqual([
      'Bob says seven.',
    ]);
  });

  it('a delegation to a failing or unknown coworker gives the calling agent an answer', async () => {
    const provider = await providerOf(
      callsTools(
        ['delegate_work', { coworker: 'bob', task: 'Count.' }],
        ['ask_coworker', { coworker: 'eve', question: 'How many?' }],
      ),
      refusal(500, 'broken'),
      says('Done alone.'),
    );
    const coworkers = [agentAt(provider.baseUrl, { name: 'bob', role: 'Counter' })];
    const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl), { coworkers }));
    expect(outcome).toEqual({ status: 'value', text: 'Done alone.' });
    expect(slot.events('tool.call').map(({ answer, ok }) => [answer.slice(0, 24), ok])).toEqual([
      ['bob could not answer: ht', false],
      ['There is no co-worker "e', false],
    ]);
  });
});
