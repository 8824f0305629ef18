import { afterEach, expect, it } from 'vitest';
import { finish, type Reply, says, stream, TestProvider, text } from '../models/testing/provider.ts';
import { runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

// Servers that behave as the documentation of their services says, in whole runs of the command.

const servers: TestProvider[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const delta = (fields: object) => ({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
const ends = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const error = (status: number, body: object): Reply => {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const READ = {
  id: 'call-1',
  type: 'function',
  function: { name: 'file_writer', arguments: '{"path":"a.md","content":"x"}' },
};

/** The messages of the model in a request. */
function answersIn(body: Record<string, unknown>): Record<string, unknown>[] {
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  return messages.filter(({ role }) => role === 'assistant');
}

/** Calls a tool first, and then requires that the answer with the call comes back with these fields. */
function signed(first: object[], isBack: (message: Record<string, unknown>) => boolean): Reply {
  return (response, received) => {
    const [message] = answersIn(received.body);
    if (message === undefined) stream(...first, finish('tool_calls'))(response, received);
    else if (isBack(message)) says('It is written.')(response, received);
    else
      error(400, [{ error: { code: 400, message: 'A signature is missing.', status: 'INVALID_ARGUMENT' } }])(
        response,
        received,
      );
  };
}

const SERVICES: Record<string, Reply> = {
  gemini: signed(
    [delta({ tool_calls: [{ ...READ, extra_content: { google: { thought_signature: 'S' } } }] })],
    (message) => JSON.stringify(message['tool_calls']).includes('"thought_signature":"S"'),
  ),
  deepseek: signed(
    [
      delta({ reasoning_content: 'I need ' }),
      delta({ reasoning_content: 'a file.' }),
      delta({ tool_calls: [{ ...READ, index: 0 }] }),
    ],
    (message) => message['reasoning_content'] === 'I need a file.',
  ),
  gpt5: (response, received) => {
    const refused = ['max_tokens', 'temperature'].find((name) => name in received.body);
    if (refused === undefined) says(`Within ${received.body['max_completion_tokens']}.`)(response, received);
    else {
      const message = `Unsupported parameter: '${refused}' is not supported with this model.`;
      error(400, { error: { message, param: refused, code: 'unsupported_parameter' } })(response, received);
    }
  },
  mistral: (response, received) => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'stream_options', 'include_usage'], msg: 'Not permitted' },
    ];
    const reply =
      'stream_options' in received.body ? error(422, { object: 'error', message: { detail } }) : says('Done.');
    reply(response, received);
  },
  quota: error(429, { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } }),
  refusal: stream(delta({ refusal: "I can't help with that." }), finish('stop')),
  filter: stream(text('The first half of the ans'), ends('content_filter')),
};

it('each service completes its task, or fails it at once for what it is', async () => {
  const started = await Promise.all(
    Object.entries(SERVICES).map(async ([name, reply]) => [name, await TestProvider.start(reply)] as const),
  );
  servers.push(...started.map(([, server]) => server));
  const file = await command.write('services.crew.json', {
    format: 'crewlane/1',
    name: 'services',
    settings: { model: 'some-model', temperature: 0.4, max_tokens: 500, retries: { max: 2, base_s: 0, cap_s: 0 } },
    agents: started.map(([name, { baseUrl }]) => ({
      name,
      role: 'Worker',
      goal: 'Work',
      tools: ['file_writer'],
      base_url: baseUrl,
    })),
    tasks: started.map(([name]) => ({
      name: `t_${name}`,
      description: 'Work.',
      expected_output: 'A word',
      agent: name,
      async: true,
    })),
  });
  const run = runOf(await command.run(['run', file, '--trust', '--json']));
  const results = new Map(run.results.map((result) => [result.task, result]));
  const of = (name: string) => results.get(`t_${name}`);
  for (const name of ['gemini', 'deepseek', 'gpt5', 'mistral'])
    expect(of(name)).toMatchObject({ status: 'completed', attempts: 1 });
  expect(of('gpt5')).toMatchObject({ result: 'Within 500.', left_out: ['temperature'] });
  expect(of('deepseek')).not.toHaveProperty('left_out');
  for (const [name, kind, message] of [
    ['quota', 'quota', 'plan and billing'],
    ['refusal', 'refused', "I can't help with that."],
    ['filter', 'filtered', 'The first half of the ans'],
  ] as const) {
    expect(of(name)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { kind, message: expect.stringContaining(message) },
    });
  }
  const received = new Map(started.map(([name, server]) => [name, server.received.length]));
  expect([received.get('quota'), received.get('refusal'), received.get('filter')]).toEqual([1, 1, 1]);
});
