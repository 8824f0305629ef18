import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identify, type ProcessIdentity } from '../app/engine/locks/process-identity.ts';
import { crewSchema } from '../shared/crew/schema.ts';
import { Recovery, type WindowCopy } from './recovery.ts';

const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew' });
const content = (path: string | null, kept_ms = 1, description = 'edited') => ({
  path,
  base: path && 'hash',
  kept_ms,
  origin: 'own' as const,
  crew: { ...crew, description },
});
/** No process has this identity: it has the number of this one, and another start. */
const DEAD: ProcessIdentity = { pid: process.pid, start: 'another start' };

let dir: string;
let alive: ProcessIdentity;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-recovery-'));
  alive = await identify(process.pid);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const copyOf = (owner: ProcessIdentity) => new Recovery(dir, owner).forWindow(() => undefined);
const orphaned = () => new Recovery(dir, alive).orphaned();
const countOf = async () => (await readdir(dir)).length;

async function keep(copy: WindowCopy, ...given: Parameters<typeof content>): Promise<void> {
  const before = await countOf();
  copy.keep(content(...given));
  await vi.waitFor(async () => expect(await countOf()).toBe(before + 1), 10_000);
  await vi.waitFor(async () => expect((await readdir(dir)).every((name) => name.endsWith('.json'))).toBe(true), 10_000);
}

describe('recovery copies', () => {
  it('the copies of all windows of a dead process are offered, the latest first', async () => {
    await keep(copyOf(DEAD), '/a.crew.json', 1);
    await keep(copyOf(DEAD), null, 3, 'first');
    await keep(copyOf(DEAD), null, 2, 'second');
    expect((await orphaned()).map((copy) => copy.content)).toEqual([
      content(null, 3, 'first'),
      content(null, 2, 'second'),
      content('/a.crew.json', 1),
    ]);
  });

  it('the copies of a living process are not offered', async () => {
    await keep(copyOf(alive), null);
    expect(await orphaned()).toEqual([]);
  });

  it('only one window can take over a copy, which then belongs to its process', async () => {
    await keep(copyOf(DEAD), null);
    const [copy] = await orphaned();
    if (!copy) throw new Error('no copy');
    const claims = await Promise.all([copyOf(alive).claim(copy), copyOf(alive).claim(copy)]);
    expect(claims.toSorted()).toEqual([false, true]);
    expect(await orphaned()).toEqual([]);
    expect(await countOf()).toBe(1);
  });

  it('a copy is removed even while it is being written', async () => {
    const copy = copyOf(DEAD);
    for (let round = 0; round < 20; round += 1) {
      copy.keep(content(null, round));
      await copy.remove();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('copies of an earlier version without an owner are offered, and damaged ones are left alone', async () => {
    await writeFile(join(dir, 'unsaved.json'), JSON.stringify({ path: null, project: crew }));
    await writeFile(join(dir, 'damaged.json'), '{"path": null, "project": {"format": "crewlane/9"}}');
    expect((await orphaned()).map(({ name }) => name)).toEqual(['unsaved.json']);
    expect(await countOf()).toBe(2);
  });

  it('a copy that cannot be written is reported, and retried until it can be written', async () => {
    const reasons: (string | null)[] = [];
    const blocked = join(dir, 'blocked');
    await writeFile(blocked, 'a file where the folder should be');
    const copy = new Recovery(blocked, DEAD).forWindow((reason) => reasons.push(reason));
    copy.keep(content(null));
    await vi.waitFor(() => expect(reasons.at(-1)).toEqual(expect.any(String)), 10_000);
    await rm(blocked);
    await mkdir(blocked);
    await chmod(blocked, 0o700);
    await vi.waitFor(() => expect(reasons.at(-1)).toBeNull(), 20_000);
    expect(await new Recovery(blocked, alive).orphaned()).toHaveLength(1);
  });
});
