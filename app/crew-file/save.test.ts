import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Crew } from '../../shared/crew/schema.ts';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { parseCrew } from './parse.ts';
import { saveCrew } from './save.ts';

const TEXT = JSON.stringify({
  format: 'crewlane/1',
  name: 'team',
  agents: [{ name: 'a', role: 'r', goal: 'g', backstory: 'b' }],
  tasks: [{ name: 't', description: '$(touch PWNED)', expected_output: 'x', agent: 'a' }],
});
/** A file of the person that a crew from elsewhere tries to reach. */
const VICTIM = 'export SAFE=1\n';

let home: string;
let repo: string;
let victim: string;
let crew: Crew;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'crewlane-save-'));
  repo = join(home, 'repo');
  victim = join(home, '.bashrc');
  await mkdir(repo);
  await Promise.all([writeFile(victim, VICTIM), writeFile(join(repo, 'team.crew.json'), TEXT)]);
  const parsed = parseCrew(TEXT);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  crew = parsed.crew;
});
afterEach(() => rm(home, { recursive: true, force: true }));

const save = (name = 'team.crew.json') => saveCrew(join(repo, name), crew);

describe('saving next to planted links', () => {
  it.each([
    ['the backup', '.team.crew.json.bak'],
    ['a partial file named after the process', `.team.crew.json.${process.pid}.part`],
  ])('a save writes to no file that %s leads to', async (_what, name) => {
    await symlink('../.bashrc', join(repo, name));
    expect(await save()).toEqual({ ok: true });
    expect(await readFile(victim, 'utf8')).toBe(VICTIM);
  });

  it('a save creates no file through a backup that is a dangling link', async () => {
    await symlink('../.bash_profile', join(repo, '.team.crew.json.bak'));
    expect(await save()).toEqual({ ok: true });
    expect(await readdir(home)).toEqual(['.bashrc', 'repo']);
    expect((await lstat(join(repo, '.team.crew.json.bak'))).isFile()).toBe(true);
  });

  it('a save replaces a backup that is a pipe', async () => {
    execFileSync('mkfifo', [join(repo, '.team.crew.json.bak')]);
    expect(await save()).toEqual({ ok: true });
    expect(await readFile(join(repo, '.team.crew.json.bak'), 'utf8')).toBe(TEXT);
  });

  it('a save changes nothing if the backup is a folder', async () => {
    await mkdir(join(repo, '.team.crew.json.bak', 'in'), { recursive: true });
    const backup = join(repo, '.team.crew.json.bak');
    const saved = await save();
    expect(saved).toMatchObject({
      ok: false,
      message: expect.stringContaining(`${backup} is a folder. Rename or remove it.`),
    });
    expect(saved).not.toMatchObject({ message: expect.stringContaining('EISDIR') });
    expect(await readFile(join(repo, 'team.crew.json'), 'utf8')).toBe(TEXT);
    expect((await readdir(repo)).toSorted()).toEqual(['.team.crew.json.bak', 'team.crew.json']);
  });
});

describe('saving a crew that is opened by a link', () => {
  it('a save by a link writes the crew file that the link leads to, and keeps the link', async () => {
    await symlink('team.crew.json', join(repo, 'link.crew.json'));
    expect(await save('link.crew.json')).toEqual({ ok: true });
    expect(await readlink(join(repo, 'link.crew.json'))).toBe('team.crew.json');
    expect(await readFile(join(repo, 'team.crew.json'), 'utf8')).toBe(serializeCrew(crew));
    expect(await readFile(join(repo, '.team.crew.json.bak'), 'utf8')).toBe(TEXT);
  });

  it('a save by a link is refused if the link does not lead to a crew file', async () => {
    await rm(join(repo, 'team.crew.json'));
    await symlink('../.bashrc', join(repo, 'team.crew.json'));
    expect(await save()).toMatchObject({ ok: false, message: expect.stringContaining('is a link to') });
    expect(await readFile(victim, 'utf8')).toBe(VICTIM);
    expect(await readdir(home)).toEqual(['.bashrc', 'repo']);
  });

  it('a save replaces a dangling link', async () => {
    await symlink('../.bash_profile', join(repo, 'new.crew.json'));
    expect(await save('new.crew.json')).toEqual({ ok: true });
    expect(await readdir(home)).toEqual(['.bashrc', 'repo']);
    expect((await lstat(join(repo, 'new.crew.json'))).isFile()).toBe(true);
  });
});

describe('the permissions of a saved crew', () => {
  it.each(['600', '644', '664'])(
    'the permissions of a saved crew stay %s, for the file and its backup',
    async (octal) => {
      const mode = Number.parseInt(octal, 8);
      await chmod(join(repo, 'team.crew.json'), mode);
      expect(await save()).toEqual({ ok: true });
      for (const name of ['team.crew.json', '.team.crew.json.bak'])
        expect((await stat(join(repo, name))).mode & 0o777).toBe(mode);
    },
  );
});
