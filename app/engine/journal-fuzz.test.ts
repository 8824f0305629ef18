import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunEvent, runEventSchema } from '../../shared/run/events.ts';
import { loadRun } from '../launch/load-run.ts';
import { readJournal } from './journal/read-journal.ts';
import { BLOBS_FOLDER, CREW_FILE, JOURNAL_FILE } from './journal/storage.ts';
import { readToResume } from './resume.ts';
import { InstantHost } from './testing/instant-host.ts';
import { makeCrew, Rig, until } from './testing/rig.ts';

/** Damaged run folders: each is either read correctly or refused with a message, without a crash. */

const rig = new Rig();
const long = 'x'.repeat(5000);
const crew = makeCrew([
  {
    name: 'done',
    steps: [
      ['llm', 'let me see', 'c1'],
      ['tool', 'c1', 'it says é'],
      ['answer', long],
    ],
  },
  { name: 'cut_off', context: ['done'], steps: [['llm', 'reading', 'c2'], ['tool', 'c2', 'read'], ['wait']] },
  { name: 'last', context: ['cut_off'] },
]);
/** The journal of a run that was interrupted in its second task, and its lines, each with its end. */
let whole: Buffer;
let lines: Buffer[];
let blobs: Map<string, Buffer>;
let copies = 0;

beforeAll(async () => {
  const run = await rig.start(crew);
  await until(() => run.state.tasks.get('cut_off')?.turns[0]?.tools.length === 1);
  run.interrupt('signal');
  await run.done;
  whole = await readFile(join(run.dir, JOURNAL_FILE));
  lines = linesOf(whole);
  const folder = join(run.dir, BLOBS_FOLDER);
  const names = await readdir(folder);
  blobs = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as [string, Buffer])),
  );
});
afterAll(() => rig.remove());

function linesOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from) + 1 || bytes.length;
    found.push(bytes.subarray(from, end));
    from = end;
  }
  return found;
}

/** A run's folder with this journal. */
async function folderWith(journal: Buffer, kept: ReadonlyMap<string, Buffer> = blobs): Promise<string> {
  copies += 1;
  const dir = join(rig.root, `copy-${copies}`);
  await mkdir(join(dir, BLOBS_FOLDER), { recursive: true });
  await writeFile(join(dir, CREW_FILE), JSON.stringify(crew));
  await writeFile(join(dir, JOURNAL_FILE), journal);
  for (const [name, bytes] of kept) await writeFile(join(dir, BLOBS_FOLDER, name), bytes);
  return dir;
}

async function reading(dir: string) {
  const events: RunEvent[] = [];
  return { read: await readJournal(dir, (event) => events.push(event)), events };
}

async function read(journal: Buffer) {
  const dir = await folderWith(journal, new Map());
  const found = await reading(dir);
  await rm(dir, { recursive: true });
  return found;
}

/** Reads a journal in the simplest way: the events up to the first invalid line, and the number of that line. */
function readPlainly(bytes: Buffer): { events: unknown[]; bad: number | null; isLast: boolean } {
  const events: RunEvent[] = [];
  const all = linesOf(bytes);
  for (const [index, line] of all.entries()) {
    const event = line.at(-1) === 10 ? eventIn(line) : null;
    const fits = event && event.seq === index + 1 && event.t >= (events.at(-1)?.t ?? 0);
    if (!fits) return { events, bad: index + 1, isLast: index === all.length - 1 };
    events.push(event);
  }
  return { events, bad: null, isLast: false };
}

function eventIn(line: Buffer): RunEvent | null {
  try {
    return runEventSchema.safeParse(JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(line))).data ?? null;
  } catch {
    return null;
  }
}

const at = (share: number, length: number) => Math.floor(share * length);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Lines that are too long or too deeply nested. */
const BAD_LINES = {
  endless: '['.repeat(100_000),
  deep: `{"type":"milestone","seq":3,"t":0,"task":"done","attempt":1,"name":"deep","data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
};
const foreign = fc.oneof(
  fc.json(),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('', '{}', '\0\0\0\0', '\ufeff{}', 'endless' as const, 'deep' as const),
);
const lineOf = (text: string) => Buffer.from(`${text === 'endless' || text === 'deep' ? BAD_LINES[text] : text}\n`);

/** A kind of damage to a journal. `from` and `to` are positions as shares of its length. */
const damages = fc.oneof(
  fc.record({
    kind: fc.constantFrom('cut' as const, 'doubled' as const, 'lost' as const, 'latin1' as const),
    from: place,
  }),
  fc.record({ kind: fc.constant('bit' as const), from: place, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constantFrom('zeros' as const, 'swapped' as const), from: place, to: place }),
  fc.record({ kind: fc.constant('foreign' as const), from: place, line: foreign }),
  fc.record({ kind: fc.constant('crlf' as const) }),
);
type Damage = typeof damages extends fc.Arbitrary<infer Value> ? Value : never;

function damaged(journal: Buffer, damage: Damage): Buffer {
  const own = Buffer.from(journal);
  const given = linesOf(own);
  if (damage.kind === 'crlf') return Buffer.from(own.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  const byte = at(damage.from, own.length);
  const line = at(damage.from, given.length);
  switch (damage.kind) {
    case 'cut':
      return own.subarray(0, byte);
    case 'bit':
      own.writeUInt8(own.readUInt8(byte) ^ (1 << damage.bit), byte);
      return own;
    case 'zeros':
      return own.fill(0, Math.min(byte, at(damage.to, own.length)), Math.max(byte, at(damage.to, own.length)));
    case 'swapped':
      [given[line], given[at(damage.to, given.length)]] = [
        given[at(damage.to, given.length)] ?? own,
        given[line] ?? own,
      ];
      return Buffer.concat(given);
    case 'doubled':
      return Buffer.concat(given.flatMap((one, index) => (index === line ? [one, one] : [one])));
    case 'lost':
      return Buffer.concat(given.filter((_, index) => index !== line));
    case 'foreign':
      return Buffer.concat([...given.slice(0, line), lineOf(damage.line), ...given.slice(line)]);
    case 'latin1':
      return Buffer.concat(given.map((one, index) => (index === line ? withWrongByte(one) : one)));
  }
}

function withWrongByte(line: Buffer): Buffer {
  return Buffer.from(
    line.toString('latin1').replace(/"(task|run|crew|reason)":"/, (found) => `${found}\xff`),
    'latin1',
  );
}

test('a damaged journal is read up to the damage, and an invalid line in the middle is reported with its number', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 3 }), async (happened) => {
      const journal = happened.reduce((left, damage) => (left.length === 0 ? left : damaged(left, damage)), whole);
      const expected = readPlainly(journal);
      const { read: result, events } = await read(journal);
      expect(events).toEqual(expected.events);
      if (expected.bad !== null && !expected.isLast) {
        expect(result).toMatchObject({ ok: false, line: expected.bad });
        if (!result.ok) expect(result.message).toContain(`Line ${expected.bad} of`);
      } else {
        const bytes = linesOf(journal)
          .slice(0, events.length)
          .reduce((sum, line) => sum + line.length, 0);
        expect(result).toEqual({ ok: true, events: events.length, bytes, torn: expected.bad !== null });
      }
    }),
    { numRuns: 400 },
  );
}, 120_000);

test('a damaged run is either resumed to its end or refused with a message, and its journal stays readable', async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      const dir = await folderWith(damaged(whole, damage));
      const before = await reading(dir);
      const loaded = await loadRun(dir);
      const resumed = await rig.tryToResume(dir, crew, new InstantHost());
      if (!before.read.ok) {
        expect(loaded.ok).toBe(false);
        expect(resumed).toMatchObject({ ok: false, failure: { kind: 'journal', message: before.read.message } });
      } else if (resumed.ok) {
        expect(resumed.run.notes.some((note) => note.includes('was incomplete'))).toBe(before.read.torn);
        expect((await resumed.run.done).status).toBe('finished');
        const after = await reading(dir);
        expect(after.read).toMatchObject({ ok: true, torn: false });
        expect(after.events.filter((event) => event.type === 'run.finished')).toHaveLength(1);
      } else expect(resumed.failure.message).not.toBe('');
      await rm(dir, { recursive: true });
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('a result with a missing or changed text prevents the resume, and the message names its task', async () => {
  for (const bent of [null, Buffer.from('y'.repeat(5000)), Buffer.of()]) {
    const kept = new Map(
      [...blobs].flatMap(([name, bytes]): [string, Buffer][] => {
        if (!bytes.equals(Buffer.from(long))) return [[name, bytes]];
        return bent ? [[name, bent]] : [];
      }),
    );
    const dir = await folderWith(whole, kept);
    const refused = await rig.tryToResume(dir, crew, new InstantHost());
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'journal' } });
    expect(refused.ok || refused.failure.message).toContain('done');
    expect(await loadRun(dir)).toMatchObject({ ok: false });
  }
});

test('a call with a missing or changed text is repeated with all later calls, and a note reports it', async () => {
  const texts = [...blobs].filter(([, bytes]) => bytes.includes('reading') || bytes.includes('"read"'));
  expect(texts.length).toBeGreaterThan(1);
  for (const [hash] of texts) {
    for (const bent of [null, Buffer.from('{"role":"assistant","content":"another"}'), Buffer.from('no JSON')]) {
      const kept = new Map(blobs);
      if (bent) kept.set(hash, bent);
      else kept.delete(hash);
      const host = new InstantHost();
      const resumed = await rig.tryToResume(await folderWith(whole, kept), crew, host);
      if (!resumed.ok) throw new Error(resumed.failure.message);
      expect(resumed.run.notes).toEqual([expect.stringContaining('A call of cut_off cannot be read')]);
      expect((await resumed.run.done).status).toBe('finished');
      const [going] = host.submitted.filter(({ key }) => key.task === 'cut_off');
      const roles = (going?.transcript ?? []).map(({ role }) => role);
      expect(roles).toEqual(roles.slice(0, 1).map(() => 'assistant'));
    }
  }
});

test('a file that is not a journal is reported: empty, a folder, missing, or endless', async () => {
  const empty = await folderWith(Buffer.of());
  expect((await reading(empty)).read).toEqual({ ok: true, events: 0, bytes: 0, torn: false });
  expect(await readToResume(empty)).toMatchObject({ ok: true, events: [] });
  expect(await rig.tryToResume(empty, crew)).toMatchObject({ ok: false, failure: { kind: 'journal' } });

  const folder = await folderWith(whole);
  await rm(join(folder, JOURNAL_FILE));
  expect((await reading(folder)).read).toMatchObject({ ok: false, line: null });
  await mkdir(join(folder, JOURNAL_FILE));
  expect((await reading(folder)).read).toMatchObject({ ok: false, line: null });
  expect(await rig.tryToResume(folder, crew)).toMatchObject({ ok: false, failure: { kind: 'journal' } });

  const endless = await folderWith(Buffer.concat([whole, Buffer.alloc(65 * 1024 * 1024, 'x')]));
  expect((await reading(endless)).read).toMatchObject({ ok: false, line: lines.length + 1 });
});
