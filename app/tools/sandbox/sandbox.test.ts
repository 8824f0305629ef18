import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../scripts/bundle.mjs';
import { bundleFolder } from '../../testing/bundle-folder.ts';
import type { ToolContext } from '../tool.ts';
import { runInSandbox } from './sandbox.ts';
import type { SandboxEnd } from './sandbox-messages.ts';
import { WorkspaceFiles } from './workspace-files.ts';

const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;
let folder = '';
let workspace = '';
let context: ToolContext;

beforeAll(async () => {
  folder = await bundleFolder('sandbox');
  await bundle(folder, { sandbox: 'app/tools/sandbox/thread.ts' });
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-sandbox-')));
  writeFileSync(join(workspace, 'in.txt'), 'one\ntwo\n');
  symlinkSync('/etc', join(workspace, 'out'));
  context = {
    workspace,
    agent: 'ada',
    signal: NEVER,
    idempotencyKey: 'k',
    ask: async () => ({ ok: true, text: '' }),
  };
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(workspace, { recursive: true, force: true });
});

function run(
  code: string,
  more: { form?: 'module' | 'code'; args?: unknown; timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const { form = 'code', args = {}, timeoutMs = 10_000, signal = NEVER } = more;
  const files = new WorkspaceFiles(context);
  const end = runInSandbox({
    threadFile: join(folder, 'sandbox.js'),
    program: { code, form, args: JSON.stringify(args) },
    limits: { timeoutMs, memoryBytes: 64 * MIB },
    file: (call) => files.call(call),
    signal,
  });
  return { end, files };
}

const ended = (code: string, more = {}): Promise<SandboxEnd> => run(code, more).end;

describe('code', () => {
  it.each([
    ['1 + 1', '2'],
    ['const a = [1, 2]; a.map((x) => x * 2)', '[2,4]'],
    ['"text"', '"text"'],
    ['await Promise.resolve(7); return 8', '8'],
    ['return { a: new Map([[1, 2]]).size }', '{"a":1}'],
    ['let x = 1;', undefined],
    ['10n ** 3n', undefined],
  ])('The value of %j is %j.', async (code, value) => {
    const end = await ended(code);
    if (code.includes('10n')) expect(end).toMatchObject({ ok: false, error: expect.stringContaining('BigInt') });
    else expect(end).toEqual({ ok: true, value, log: '' });
  });

  it('What a program logs is returned, also when it fails.', async () => {
    expect(await ended('console.log("a", { b: 1 }, [2]); console.error(new Error("c")); 1')).toMatchObject({
      ok: true,
      log: 'a {"b":1} [2]\nError: c\n',
    });
    expect(await ended('console.log("before");\nmissing();')).toEqual({
      ok: false,
      error: "ReferenceError: 'missing' is not defined (line 2)",
      log: 'before\n',
    });
  });

  it.each(['const = 1', 'throw "x"', 'throw null', 'Promise.reject(new Error("late"))', 'await new Promise(() => {})'])(
    'The failure of %j is an error, not an exception.',
    async (code) => {
      expect(await ended(code)).toMatchObject({ ok: false, error: expect.any(String) });
    },
  );
});

describe('a module', () => {
  it('Its default export gets the arguments and the files, and can be asynchronous.', async () => {
    const code = 'export default async ({ n }, files) => (await files.read("in.txt")).split("\\n").length * n';
    expect(await ended(code, { form: 'module', args: { n: 10 } })).toMatchObject({ ok: true, value: '30' });
  });

  it.each([
    'export const a = 1',
    'export default 3',
    'import fs from "fs"; export default () => 1',
    'import "https://x.example/x.js"',
  ])('The module %j is refused.', async (code) => {
    expect(await ended(code, { form: 'module' })).toMatchObject({ ok: false });
  });
});

describe('files', () => {
  it('A program reads, lists and writes files of the workspace, and they are recorded.', async () => {
    const { end, files } = run(
      'files.write("a/out.json", { n: files.read("in.txt").length }); files.list().concat(files.list("a"))',
    );
    expect(await end).toMatchObject({ ok: true, value: '["a/","in.txt","out","out.json"]' });
    expect(JSON.parse(readFileSync(join(workspace, 'a/out.json'), 'utf8'))).toEqual({ n: 8 });
    expect(files.measured).toMatchObject({
      writes: ['a/out.json'],
      written_bytes: 12,
      listing: true,
      files: [{ file: 'in.txt' }, { file: 'a/out.json', wrote: true }],
    });
  });

  it('Paths outside of the workspace, links out and protected files are refused.', async () => {
    const calls = [
      'files.read("../x")',
      'files.read("/etc/passwd")',
      'files.read("out/passwd")',
      'files.list("out")',
      'files.list("..")',
      'files.list("\\0")',
      'files.write("../x", "1")',
      'files.write("out/x", "1")',
      'files.write(".git/config", "1")',
    ];
    const tried = calls.map((call) => `() => ${call}`).join(', ');
    const code = `[${tried}].filter((call) => { try { call(); return true } catch { return false } }).map(String)`;
    expect(await ended(code)).toMatchObject({ ok: true, value: '[]' });
  });

  it('A program can handle a refusal.', async () => {
    expect(await ended('try { files.read("missing") } catch (error) { "no: " + error.message }')).toMatchObject({
      ok: true,
      value: expect.stringContaining('no such file'),
    });
  });
});

describe('limits', () => {
  it.each([
    'for (;;) {}',
    'try { for (;;) {} } finally { for (;;) {} }',
    'const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})',
    '/(a+)+$/.test("a".repeat(40) + "b")',
  ])('The endless program %j is interrupted.', async (code) => {
    expect(await ended(code, { timeoutMs: 300 })).toMatchObject({ ok: false, error: 'It ran longer than 0.3 s.' });
  });

  it.each([
    'const a = []; for (;;) a.push(new Array(1000).fill(1))',
    'let s = "x"; for (;;) s += s',
    'new ArrayBuffer(1024 * 1024 * 1024)',
    '"x".repeat(2 ** 29)',
    'const f = () => f() + 1; f()',
  ])('The program %j ends at the limit of its memory.', async (code) => {
    const error = expect.stringMatching(/memory|stack|length|too long|longer/i);
    expect(await ended(code, { timeoutMs: 3000 })).toMatchObject({ ok: false, error });
  });

  it('What a program logs has a limit.', async () => {
    const end = await ended('for (let i = 0; i < 1e5; i++) console.log("0123456789")');
    expect(end.log.length).toBeLessThan(65_000);
  });

  it('A program that is stopped ends at once.', async () => {
    const stop = new AbortController();
    const { end } = run('for (;;) {}', { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(end).rejects.toThrow('stopped');
  });

  it('The sandbox has nothing of the system.', async () => {
    const names = 'process require fetch XMLHttpRequest WebSocket Deno Worker postMessage std os __file __log';
    const code = `${JSON.stringify(names.split(' '))}.filter((name) => name in globalThis)`;
    expect(await ended(code)).toMatchObject({ ok: true, value: '[]' });
  });

  it('The functions of a constructor lead to nothing outside.', async () => {
    const code = 'files.read.constructor("return typeof process + typeof require")()';
    expect(await ended(code)).toMatchObject({ ok: true, value: '"undefinedundefined"' });
  });
});
