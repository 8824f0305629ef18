import { afterEach, describe, expect, it } from 'vitest';
import type { AssistantMessage, Message } from '../../../shared/slot/message.ts';
import { ModelClient } from '../client.ts';
import type { ToolDescription } from '../tool-description.ts';
import { MARK } from './mark.ts';
import { type Rehearsal, startRehearsal } from './server.ts';

const FAST = 50;
const rehearsals: Rehearsal[] = [];
const models = new ModelClient();

afterEach(async () => {
  models.close();
  await Promise.all(rehearsals.splice(0).map((rehearsal) => rehearsal.close()));
});

async function rehearsalOf(seed = 1, speed = FAST): Promise<Rehearsal> {
  const rehearsal = await startRehearsal({ seed, speed });
  rehearsals.push(rehearsal);
  return rehearsal;
}

interface Answered {
  message: AssistantMessage;
  ms: number;
  text: string;
}

async function ask({ baseUrl }: Rehearsal, messages: readonly Message[], tools: ToolDescription[]): Promise<Answered> {
  const access = { provider: 'rehearsal', base_url: baseUrl, model: 'rehearsal-1', api_key: null, price: null };
  let text = '';
  const result = await models.chat({
    access,
    messages,
    tools,
    signal: new AbortController().signal,
    onText: (delta) => {
      text += delta;
    },
  });
  if (result.status !== 'answered') throw new Error(JSON.stringify(result));
  return { message: result.message, ms: result.ms, text };
}

const SYSTEM: Message = { role: 'system', content: 'You are ada: Analyst.\n\nYour goal: Count' };
const task = (name: string, description: string, more = ''): Message[] => [
  SYSTEM,
  { role: 'user', content: `# Task: ${name}\n\n${description}\n\n## Expected output\n\nFigures${more}` },
];

function tool(name: string, description = ''): ToolDescription {
  return { name, description, parameters: { type: 'object' } };
}
const QUERY = tool(
  'query_data',
  'Asks files by SQL. Files:\n- customers.csv (id, country, segment)\n- products.csv (id)',
);
const ALL = [tool('performance_monitor'), tool('shared_resource_pool'), QUERY, tool('file_writer'), tool('web_search')];

interface Called {
  name: string;
  args: Record<string, unknown>;
}

/** Continues the conversation until the agent answers. `answering` answers each call. */
async function converse(
  rehearsal: Rehearsal,
  messages: readonly Message[],
  tools: ToolDescription[],
  answering: (call: Called) => string = () => 'Done.',
): Promise<{ calls: Called[][]; answer: string }> {
  const said = [...messages];
  const calls: Called[][] = [];
  for (;;) {
    const { message } = await ask(rehearsal, said, tools);
    said.push(message);
    if (!message.tool_calls) return { calls, answer: message.content ?? '' };
    const round = message.tool_calls.map((call) => ({
      name: call.function.name,
      args: JSON.parse(call.function.arguments) as Record<string, unknown>, // The server under test makes them.
    }));
    calls.push(round);
    for (const [index, { id }] of message.tool_calls.entries()) {
      const call = round[index];
      if (call) said.push({ role: 'tool', tool_call_id: id, content: answering(call) });
    }
  }
}

const COUNTED = '| records | duplicates | gaps |\n| --- | --- | --- |\n| 10123 | 123 | 7 |';

describe('a rehearsal', () => {
  it('A rehearsed agent queries the files that its task names and answers with the returned figures.', async () => {
    const messages = task('clean', 'Look at customers.csv. Hold the shared resource "database" while you query.');
    const { calls, answer } = await converse(await rehearsalOf(), messages, ALL, ({ name, args }) =>
      name === 'query_data' && String(args['sql']).includes('duplicates') ? COUNTED : 'Done.',
    );
    const all = calls.flat();
    const order = all.map(({ name, args }) => `${name} ${String(args['action'] ?? '')}`.trim());
    expect(order.indexOf('shared_resource_pool acquire_resource')).toBeLessThan(order.indexOf('query_data'));
    expect(order.lastIndexOf('query_data')).toBeLessThan(order.indexOf('shared_resource_pool release_resource'));
    expect(order.at(0)).toBe('performance_monitor start_tracking');
    expect(order.at(-1)).toBe('performance_monitor end_tracking');
    for (const { name, args } of all) if (name === 'query_data') expect(args['sql']).toContain("FROM 'customers.csv'");
    expect(answer.startsWith(MARK)).toBe(true);
    expect(answer).toContain('**10123**');
    expect(answer).toContain('**123**');
  });

  it('A rehearsed agent calls only tools that it has.', async () => {
    const { calls } = await converse(
      await rehearsalOf(),
      task('clean', 'Look at customers.csv and search the web. Write it to a.md.'),
      [QUERY],
    );
    expect(new Set(calls.flat().map(({ name }) => name))).toEqual(new Set(['query_data']));
    expect((await converse(await rehearsalOf(), task('clean', 'Write it to a.md.'), [])).calls).toEqual([]);
  });

  it('A rehearsed agent writes the number of files that its task requests.', async () => {
    const messages = task('posts', 'Write posts, one file for each (20 files) below content/social/.');
    const { calls, answer } = await converse(await rehearsalOf(), messages, ALL, () => 'Written.');
    const paths = calls.flat().flatMap(({ name, args }) => (name === 'file_writer' ? [String(args['path'])] : []));
    expect(new Set(paths).size).toBe(20);
    for (const path of paths) expect(path).toMatch(/^content\/social\/social_\d\d\.md$/);
    expect(answer).toContain('Files written: 20');
  });

  it('A rehearsed agent makes the requested checks and decides them by its figures.', async () => {
    const results = '\n\n## Result of the task one\n\n42 found.\n\n## Result of the task two\n\nNothing.';
    const messages = task('check', 'Check customers.csv. Make 7 checks; log each.', results);
    const { calls, answer } = await converse(await rehearsalOf(), messages, ALL, ({ args }) =>
      String(args['sql']).includes('duplicates') ? COUNTED : 'Done.',
    );
    const passed = calls.flat().flatMap(({ args }) => {
      return args['action'] === 'log_milestone' ? [(args['data'] as { passed: boolean }).passed] : []; // The agent logs the checks with these names.
    });
    expect(passed).toEqual([true, true, true, false, true, false, false]);
    expect(answer).toContain('4 of 7 passed');
    expect(answer).toContain('`one`, `two`');
  });

  it('The same seed and messages give the same answers, also from another server.', async () => {
    const messages = task('clean', 'Look at customers.csv.');
    const [first, second, other] = await Promise.all(
      [7, 7, 8].map(async (seed) => converse(await rehearsalOf(seed), messages, ALL, () => COUNTED)),
    );
    expect(second).toEqual(first);
    expect(other?.calls).toEqual(first?.calls);
  });

  it('A rehearsed answer is streamed and takes longer at a lower speed.', async () => {
    const messages = task('clean', 'Say something.');
    const slow = await ask(await rehearsalOf(1, 1), messages, []);
    const fast = await ask(await rehearsalOf(1, 20), messages, []);
    expect(slow.text).toBe(slow.message.content);
    expect(fast.text).toBe(slow.text);
    expect(slow.ms).toBeGreaterThan(fast.ms);
    // The shortest first token at speed 1.
    expect(slow.ms).toBeGreaterThanOrEqual(140);
  });

  it('The rehearsed manager assigns each task to the agent with common words.', async () => {
    const prompt = [
      '# Assignment',
      'You are the manager of this crew.',
      '## Agents\n\n- ada: Data analyst. Goal: Count sales. Open tasks: none.\n- bob: Writer. Goal: Write posts. Open tasks: none.',
      '## Tasks to assign\n\n- posts: Write three posts.\n- sums: Count the sales data.',
    ].join('\n\n');
    const { message } = await ask(await rehearsalOf(), [SYSTEM, { role: 'user', content: prompt }], []);
    expect(JSON.parse(message.content ?? '')).toEqual({ posts: 'bob', sums: 'ada' });
  });

  it('A rehearsed answer matches the output schema if there is one.', async () => {
    const schema = {
      type: 'object',
      properties: {
        total: { type: 'integer' },
        kind: { enum: ['a', 'b'] },
        list: { type: 'array', items: { type: 'string' } },
      },
      required: ['total', 'kind', 'list'],
    };
    const more = `\n\n## JSON Schema\n\nMeet this:\n\n\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\``;
    const { message } = await ask(await rehearsalOf(), task('sum', 'Add up.', more), []);
    expect(JSON.parse(message.content ?? '')).toEqual({
      total: 1,
      kind: 'a',
      list: ['rehearsal', 'rehearsal', 'rehearsal'],
    });
  });

  it('A rehearsed agent asks a coworker once if its task says so.', async () => {
    const tools = [tool('ask_coworker', 'Asks a co-worker a question.\n- bob: Writer'), tool('delegate_work')];
    const { calls, answer } = await converse(
      await rehearsalOf(),
      task('plan', 'Plan the week; ask a co-worker where a figure needs explaining.'),
      tools,
    );
    expect(calls.flat().map(({ name, args }) => [name, args['coworker']])).toEqual([['ask_coworker', 'bob']]);
    expect(answer).toContain('Co-workers asked: 1');
  });

  it('A rehearsed agent delegates work to the coworker that its task names.', async () => {
    const tools = [tool('ask_coworker', 'Asks.\n- bob: Writer\n- eve: Checker'), tool('delegate_work')];
    const text = 'Plan the week. Delegate the order of events to a co-worker, eve.';
    const { calls } = await converse(await rehearsalOf(), task('plan', text), tools);
    expect(calls.flat().map(({ name, args }) => [name, args['coworker']])).toEqual([['delegate_work', 'eve']]);
  });

  it('A rehearsed vote names a proposer, and another agent if possible.', async () => {
    const vote = (agents: string[]) =>
      ['# Vote: motto', 'Find one.', ...agents.map((agent) => `## Proposal of ${agent}\n\nA motto.`)].join('\n\n');
    const answerTo = async (prompt: string) => {
      const { message } = await ask(await rehearsalOf(), [SYSTEM, { role: 'user', content: prompt }], []);
      return JSON.parse(message.content ?? '');
    };
    const me = /You are ([^:]+):/.exec(SYSTEM.content)?.[1] ?? '';
    expect(await answerTo(vote([me, 'bo']))).toEqual({ vote: 'bo' });
    expect(await answerTo(vote([me]))).toEqual({ vote: me });
  });

  it('A rehearsed judge sends back an answer without an expected table or source, and the repair contains it.', async () => {
    const verdictOn = async (result: string) => {
      const prompt = `# Review\n\nYou are the manager.\n\n# Task: x\n\nDo it.\n\n## Expected output\n\nA table\n\n## Result of bo\n\n${result}`;
      const { message } = await ask(await rehearsalOf(), [SYSTEM, { role: 'user', content: prompt }], []);
      return JSON.parse(message.content ?? '');
    };
    const { approved, remark } = await verdictOn('No.');
    expect(approved).toBe(false);
    const messages = [...task('x', 'Do it.'), { role: 'assistant' as const, content: 'No.' }];
    const { message } = await ask(await rehearsalOf(), [...messages, { role: 'user', content: remark }], []);
    expect(await verdictOn(message.content ?? '')).toEqual({ approved: true });
  });

  it('A rehearsed answer has the length that its guardrail requires, and is JSON if required.', async () => {
    const answerTo = async (criteria: string) => {
      const messages = task('x', 'Do it.', `\n\n## Criteria\n\nThe answer is checked: ${criteria}`);
      return (await ask(await rehearsalOf(), messages, [])).message.content ?? '';
    };
    expect((await answerTo('it has at most 40 characters.')).length).toBe(40);
    expect((await answerTo('it has at least 2000 characters.')).length).toBeGreaterThanOrEqual(2000);
    expect(JSON.parse(await answerTo('it is JSON, and nothing else.'))).toHaveProperty('rehearsal');
  });

  it('The rehearsal server lists its model and refuses unknown paths.', async () => {
    const { baseUrl } = await rehearsalOf();
    const models = await (await fetch(`${baseUrl}/models`)).json();
    expect(models).toMatchObject({ data: [{ id: 'rehearsal-1' }] });
    expect((await fetch(`${baseUrl}/embeddings`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await fetch(`${baseUrl}/chat/completions`, { method: 'POST', body: 'nonsense' })).status).toBe(400);
  });
});
