import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../shared/control/base/input.ts';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { ToolDefinition } from '../../../shared/tools/definition.ts';
import type { MainTools, MemorySource } from '../../base/main-tools.ts';
import { openMainTools } from '../open-main-tools.ts';
import { type Oddity, oddServer } from '../testing/odd-server.ts';
import type { ServerKeys } from './connection.ts';
import { StoredLists } from './stored-lists.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const { signal } = new AbortController();
let dir: string;
let events: ServerEvent[];
let open: MainTools[];
let servers: Server[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crewlane-mcp-'));
  events = [];
  open = [];
  servers = [];
});
afterEach(async () => {
  await Promise.all(open.map((tools) => tools.close()));
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true, force: true });
});

const NO_KEYS: ServerKeys = { variables: {}, headers: {} };

function toolsOf(
  mcp_servers: object,
  { rehearsal = false, keys = NO_KEYS }: { rehearsal?: boolean; keys?: ServerKeys } = {},
): MainTools {
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', mcp_servers });
  const lists = new StoredLists(join(dir, 'lists'));
  const context = {
    crew,
    folder: dir,
    workspace: dir,
    rehearsal,
    keyNamed: () => null,
    keysOf: () => keys,
    lists,
    openKnowledge: null,
    memory: NO_MEMORY,
    redact: (text: string) => text,
  };
  const tools = openMainTools(context, (event) => events.push(event));
  open.push(tools);
  return tools;
}

const NO_MEMORY: MemorySource = {
  remember: async () => ({ ok: false, text: '' }),
  recall: async () => ({ ok: false, text: '' }),
};

/** Finds one tool and calls it. */
async function callOf(tools: MainTools, name: string, args: object = {}): Promise<SlotAnswer> {
  const [tool] = await definitions(tools, [name]);
  return tool ? tools.call(requestOf(tool, args), signal) : { ok: false, text: 'not found' };
}

function requestOf({ name, source, limits }: ToolDefinition, args: object) {
  const tool = { name, source, limits };
  return { kind: 'tool.call' as const, agent: 'ada', tool, arguments: { ...args }, idempotency_key: 'key' };
}

async function definitions(tools: MainTools, names: string[]): Promise<ToolDefinition[]> {
  const found = await tools.find(names, signal);
  expect(found.failure).toBeUndefined();
  return found.tools ?? [];
}

const pids = () => readFileSync(join(dir, 'starts'), 'utf8').trim().split('\n').map(Number);
const odd = (oddity: Oddity, more: object = {}) => ({ odd: { ...oddServer(oddity, join(dir, 'starts')), ...more } });
const types = () => events.map(({ type }) => type);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended stays listed until its parent reads its exit code.
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const official = (name: string) => resolve('node_modules/@modelcontextprotocol', name, 'dist/index.js');

describe('The official servers', () => {
  it('read a file of a folder, and refuse one outside of it', async () => {
    writeFileSync(join(dir, 'note.txt'), 'buy milk');
    const tools = toolsOf({ files: { command: process.execPath, args: [official('server-filesystem'), dir] } });
    const names = (await definitions(tools, ['files__*'])).map(({ name }) => name);
    expect(names).toContain('files__read_text_file');
    const read = await callOf(tools, 'files__read_text_file', { path: join(dir, 'note.txt') });
    expect(read).toMatchObject({ ok: true, text: 'buy milk' });
    const refused = await callOf(tools, 'files__read_text_file', { path: '/etc/passwd' });
    expect(refused.ok).toBe(false);
    expect(refused.text).toContain('Access denied');
  });

  it('answer with texts, numbers and images', async () => {
    const tools = toolsOf({ all: { command: process.execPath, args: [official('server-everything')] } });
    expect(await callOf(tools, 'all__echo', { message: 'hi' })).toMatchObject({ ok: true, text: 'Echo: hi' });
    const image = await callOf(tools, 'all__get-tiny-image');
    expect(image).toMatchObject({ ok: true, images: [{ media_type: 'image/png' }] });
    const wrong = await callOf(tools, 'all__get-sum', { a: 'x' });
    expect(wrong.ok).toBe(false);
  });
});

describe('A server', () => {
  it('is started at the first need, once for all callers, and ends with the run', async () => {
    const tools = toolsOf(odd('none'));
    expect(types()).toEqual([]);
    const answers = await Promise.all([1, 2, 3].map((n) => callOf(tools, 'odd__echo', { n })));
    expect(answers.map(({ text }) => text)).toEqual(['echo {"n":1}', 'echo {"n":2}', 'echo {"n":3}']);
    expect(events).toEqual([{ type: 'mcp.started', server: 'odd', tools: 3, ms: expect.any(Number) }]);
    const [pid = 0] = pids();
    expect(pids()).toEqual([pid]);
    await tools.close();
    expect(isRunning(pid)).toBe(false);
    expect(types()).toEqual(['mcp.started']);
  });

  it('lists tools whose names models accept, each with its own name', async () => {
    const tools = await definitions(toolsOf(odd('none')), ['odd__*']);
    expect(tools.map(({ name }) => name)).toEqual([
      'odd__echo',
      'odd__read_all',
      expect.stringMatching(/^odd__read_all_[0-9a-f]{8}$/),
    ]);
  });

  it('gets only the named variables of the environment', async () => {
    const keys = { variables: { NOTES_TOKEN: 'secret' }, headers: {} };
    const { text } = await callOf(toolsOf(odd('environment'), { keys }), 'odd__echo');
    const allowed = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot', 'NOTES_TOKEN'];
    expect(text.split(' ')).toContain('NOTES_TOKEN');
    expect(text.split(' ').filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('that ends during a call is an answer, is restarted once, and then no more', async () => {
    const tools = toolsOf(odd('dies'));
    const [tool] = await definitions(tools, ['odd__echo']);
    if (!tool) throw new Error('not found');
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await tools.call(requestOf(tool, {}), signal));
    expect(answers.map(({ ok, text }) => `${ok} ${text}`)).toEqual([
      'false The server "odd" ended (exit code 1) during the call.',
      'false The server "odd" ended (exit code 1) during the call.',
      'false The server "odd" is not running: it ended (exit code 1), and was restarted once already. Continue without it.',
    ]);
    expect(types()).toEqual(['mcp.started', 'mcp.exited', 'mcp.started', 'mcp.exited']);
    expect(events[1]).toMatchObject({ detail: 'ended (exit code 1)', stderr: 'out of ideas' });
    expect(await definitions(tools, ['odd__echo'])).toHaveLength(1);
  });

  it('that does not start fails the turn, with its last output', async () => {
    const tools = toolsOf(odd('dies at start'));
    const message = 'The server "odd" did not start: it ended (exit code 3). Its last output: no license.';
    expect(await tools.find(['odd__echo'], signal)).toMatchObject({ failure: { kind: 'mcp', message } });
    expect(await tools.find(['odd__echo'], signal)).toMatchObject({ failure: { kind: 'mcp', message } });
    await tools.find(['odd__echo'], signal);
    expect(pids()).toHaveLength(2);
    expect(types()).toEqual(['mcp.exited', 'mcp.exited']);
  });

  it.each(['silent', 'garbage'] as const)('that is %s does not start within start_timeout_s', async (oddity) => {
    const tools = toolsOf(odd(oddity, { start_timeout_s: 1 }));
    const { failure } = await tools.find(['odd__echo'], signal);
    expect(failure).toMatchObject({ kind: 'mcp', message: expect.stringContaining('it gave no answer within 1 s') });
    for (const pid of pids()) expect(isRunning(pid)).toBe(false);
  });

  it('that does not exist is named', async () => {
    const tools = toolsOf({ odd: { command: 'no-such-program-at-all' } });
    const message = 'The server "odd" did not start: it ended (the program or the folder does not exist).';
    expect(await tools.find(['odd__x'], signal)).toMatchObject({ failure: { kind: 'mcp', message } });
  });

  it('that never answers a call is answered for after timeout_s', async () => {
    const tools = toolsOf(odd('silent calls', { timeout_s: 0.5 }));
    expect(await callOf(tools, 'odd__echo')).toEqual({
      ok: false,
      text: 'odd__echo gave no answer within 0.5 s (timeout_s).',
    });
  });

  it.each(['flood', 'endless line'] as const)('with a %s is ended', async (oddity) => {
    const tools = toolsOf(odd(oddity));
    await tools.find(['odd__echo'], signal);
    await expect.poll(() => events.at(-1), PATIENCE).toMatchObject({ type: 'mcp.exited' });
    expect(events.at(-1)).toMatchObject({ detail: expect.stringContaining('because it sent') });
    const [pid = 0] = pids();
    await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });

  it.each(['ignores the end', 'starts another'] as const)('that %s leaves no process', async (oddity) => {
    const tools = toolsOf(odd(oddity));
    await callOf(tools, 'odd__echo');
    await tools.close();
    for (const pid of pids()) await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });

  it('passes images on, and says what it leaves out', async () => {
    const answer = await callOf(toolsOf(odd('image')), 'odd__echo');
    expect(answer.images).toMatchObject([{ name: 'echo', media_type: 'image/png' }]);
    expect(answer.text).toBe('[Image 1: image/png]\n[An image of an unknown type was left out: image/tiff]');
  });

  it('gives answers of at most answer_characters', async () => {
    const tools = toolsOf(odd('none', { answer_characters: 100 }));
    const { text } = await callOf(tools, 'odd__echo', { text: 'x'.repeat(1000) });
    expect(text).toHaveLength(100);
    expect(text).toContain('The answer has 1016 characters.');
  });

  it('that lacks a tool fails the turn and names its tools', async () => {
    const found = await toolsOf(odd('none')).find(['odd__missing'], signal);
    expect(found.failure?.kind).toBe('tool');
    expect(found.failure?.message).toContain('No tool "odd__missing": the server "odd" has odd__echo, odd__read_all');
  });

  it('is never started in a rehearsal, which knows its last list', async () => {
    const rehearsed = toolsOf(odd('none'), { rehearsal: true });
    expect(await definitions(rehearsed, ['odd__*'])).toEqual([]);
    expect(await definitions(rehearsed, ['odd__any'])).toMatchObject([{ name: 'odd__any' }]);
    expect(types()).toEqual([]);
    const real = toolsOf(odd('none'));
    await definitions(real, ['odd__*']);
    await expect.poll(() => definitions(rehearsed, ['odd__*']), PATIENCE).toHaveLength(3);
    expect(types()).toEqual(['mcp.started']);
  });
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

describe('A server at an address', () => {
  it('is called with its headers', async () => {
    const seen: unknown[] = [];
    const url = await listen((request, response) => {
      seen.push(request.headers.authorization);
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { id, method, params } = request.method === 'POST' ? JSON.parse(body) : {};
        if (id === undefined) {
          response.writeHead(request.method === 'POST' ? 202 : 405).end();
          return;
        }
        const results: Record<string, object> = {
          initialize: {
            protocolVersion: params.protocolVersion,
            capabilities: { tools: {} },
            serverInfo: { name: 'http', version: '1' },
          },
          'tools/list': { tools: [{ name: 'find', inputSchema: { type: 'object' } }] },
          'tools/call': { content: [{ type: 'text', text: 'found' }] },
        };
        const result = results[method] ?? {};
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    const keys = { variables: {}, headers: { Authorization: 'Bearer secret' } };
    const tools = toolsOf({ crm: { url } }, { keys });
    expect(await callOf(tools, 'crm__find')).toMatchObject({ ok: true, text: 'found' });
    expect(new Set(seen)).toEqual(new Set(['Bearer secret']));
  });

  it.each([
    ['HTML', 200, { 'content-type': 'text/html' }, 'text/html'],
    ['a redirect', 302, { location: 'https://other.example/' }, 'it redirects to https://other.example/'],
    ['a refused key', 401, {}, 'it refused the key (401). Check header_keys'],
    ['an error', 500, {}, '500'],
  ])('that answers with %s does not start', async (_what, status, headers, text) => {
    const url = await listen((_request, response) => response.writeHead(status, headers).end('<html></html>'));
    const { failure } = await toolsOf({ crm: { url } }).find(['crm__find'], signal);
    expect(failure?.kind).toBe('mcp');
    expect(failure?.message).toContain(text);
  });

  it('that sends one byte at a time does not start within start_timeout_s', async () => {
    const url = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { failure } = await toolsOf({ crm: { url, start_timeout_s: 1 } }).find(['crm__find'], signal);
    expect(failure?.message).toContain('it gave no answer within 1 s');
  });
});
