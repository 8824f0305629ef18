import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { type Oddity, oddServer } from '../main-tools/testing/odd-server.ts';
import { storedServerTools, testServer } from './test-server.ts';
import { allowServer, serverConsent } from './trust/permit-server.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crewlane-test-server-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const crewWith = (oddity: Oddity, more: object = {}) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    mcp_servers: { odd: { ...oddServer(oddity, join(dir, 'starts')), ...more } },
  });
const folders = () => ({ servers: join(dir, 'lists'), trustFile: join(dir, 'trust.json') });
const file = () => join(dir, 'odd.crew.json');
const starts = () => readFileSync(join(dir, 'starts'), 'utf8').trim().split('\n');
const test = (crew: ReturnType<typeof crewWith>, at: string | null = file()) =>
  testServer({ crew, file: at, server: 'odd', keyFor: () => null, folders: folders() });

it('A tested server ends, and its tools are stored, also those that the crew does not offer', async () => {
  const crew = crewWith('none', { tools: ['read_*'] });
  expect((await storedServerTools(crew, file(), folders())).size).toBe(0);
  const tested = await test(crew);
  expect(tested.ok && tested.tools.map(({ name }) => name)).toEqual(['echo', 'read.all', 'read_all']);
  const [pid = ''] = starts();
  expect(() => process.kill(Number(pid), 0)).toThrow();
  const stored = await storedServerTools(crew, file(), folders());
  expect(stored.get('odd')?.map(({ model_name }) => model_name)).toContain('odd__echo');
});

it('A server that does not start is reported with its last output, and started only once', async () => {
  const tested = await test(crewWith('dies at start'));
  expect(tested).toEqual({
    ok: false,
    message: 'The server "odd" did not start: it ended (exit code 3). Its last output: no license.',
  });
  expect(starts()).toHaveLength(1);
});

it('A missing key and an unsaved crew are reported without a start', async () => {
  const lacks = await test(crewWith('none', { env_keys: ['CREWLANE_TEST_ABSENT'] }));
  expect(lacks).toMatchObject({
    ok: false,
    message: expect.stringContaining('the key CREWLANE_TEST_ABSENT is not set'),
  });
  expect(await test(crewWith('none'), null)).toMatchObject({
    ok: false,
    message: expect.stringContaining('Save the crew first'),
  });
  expect(() => starts()).toThrow();
});

it('A program needs permission once, and again after its command has changed', async () => {
  const crew = crewWith('none');
  const question = { crew, server: 'odd', file: file(), origin: 'own' as const };
  const consent = await serverConsent(question, folders());
  expect(consent?.missing).toHaveLength(1);
  expect(consent?.missing[0]?.sentence).toMatch(/^Starts: /);
  if (consent) expect(await allowServer(consent, folders())).toBeNull();
  expect(await serverConsent(question, folders())).toBeNull();
  const changed = crewWith('none', { args: ['other.mjs'] });
  expect((await serverConsent({ ...question, crew: changed }, folders()))?.missing).toHaveLength(1);
  expect((await serverConsent({ ...question, origin: 'foreign' }, folders()))?.missing[0]?.decision).toBe(
    'needs_trust',
  );
});
