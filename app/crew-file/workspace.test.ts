import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspaceKind } from '../base/workspace-mark.ts';
import { writeRefusal } from '../base/write-rule.ts';
import { chosenFolderProblem } from './chosen-folder.ts';
import { openRowWorkspace, openWorkspace } from './open-workspace.ts';
import { type PlannedWorkspace, planWorkspace, type WorkspacePlan, type WorkspaceQuestion } from './workspace.ts';

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-workspace-')));
  await mkdir(join(dir, 'crews'));
  await writeFile(join(dir, 'crews', 'a.crew.json'), '');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

interface Given extends Partial<Omit<WorkspaceQuestion, 'crew'>> {
  named?: string;
}

function planned({ named, ...more }: Given = {}): Promise<PlannedWorkspace> {
  const settings = { workspace: named } as WorkspaceQuestion['crew']['settings']; // The others do not matter here.
  return planWorkspace({
    crew: { name: 'crew', settings },
    sha256: 'a'.repeat(64),
    file: join(dir, 'crews', 'a.crew.json'),
    isForeign: false,
    rehearsal: false,
    choice: null,
    dataWorkspaces: join(dir, 'data', 'workspaces'),
    ...more,
  });
}

async function plan(given: Given = {}): Promise<WorkspacePlan> {
  const result = await planned(given);
  if (!result.ok) throw new Error(result.message);
  return result.plan;
}

const person = (path: string) => ({ choice: { path, by: 'person' as const } });

describe('the workspace of a run', () => {
  it('the workspace is next to the file of an own or trusted crew, or the folder that the file names', async () => {
    expect(await plan()).toMatchObject({
      path: join(dir, 'crews', 'workspace'),
      chosenBy: 'crewlane',
      state: 'missing',
    });
    expect(await plan({ named: 'a/b' })).toMatchObject({ path: join(dir, 'crews', 'a', 'b'), chosenBy: 'file' });
    expect(await plan({ named: 'a\\b' })).toMatchObject({ path: join(dir, 'crews', 'a', 'b') });
  });

  it('the workspace of a crew without a file or of a foreign crew is in the data folder, one for each file', async () => {
    const data = join(dir, 'data', 'workspaces');
    expect((await plan({ file: null })).path).toBe(join(data, 'crew'));
    const foreign = await plan({ isForeign: true });
    expect(dirname(foreign.path)).toBe(data);
    expect((await plan({ isForeign: true, file: join(dir, 'b.crew.json') })).path).not.toBe(foreign.path);
    expect((await plan({ isForeign: true, rehearsal: true, named: 'a' })).path).toBe(foreign.path);
    expect(await readdir(dir)).toEqual(['crews']);
  });

  it('foreign crews with different content have different workspaces, even with the same name and path', async () => {
    const sha256 = 'b'.repeat(64);
    for (const file of [join(dir, 'crews', 'a.crew.json'), null]) {
      const first = await plan({ isForeign: true, file });
      expect((await plan({ isForeign: true, file })).path).toBe(first.path);
      expect((await plan({ isForeign: true, file, sha256 })).path).not.toBe(first.path);
      expect(first.path).not.toBe((await plan({ file: null })).path);
    }
  });

  it('A person can choose any folder as the workspace.', async () => {
    expect(await plan(person(join(dir, 'there')))).toMatchObject({ path: join(dir, 'there'), state: 'missing' });
    await symlink(join(dir, 'crews'), join(dir, 'link'));
    expect(await plan(person(join(dir, 'link')))).toMatchObject({ path: join(dir, 'crews'), state: 'existing' });
  });

  it('A missing workspace is created with a marker file.', async () => {
    for (const given of [{}, { named: 'a/b' }, { file: null }, person(join(dir, 'x', 'y'))]) {
      const { path } = await plan(given);
      expect(await openWorkspace(await plan(given), 'existing')).toEqual({ ok: true, path });
      expect(await plan(given)).toMatchObject({ path, state: 'created' });
      expect(await openWorkspace(await plan(given), 'existing')).toEqual({ ok: true, path });
    }
  });

  it('A workspace that cannot be created is refused with advice.', async () => {
    await writeFile(join(dir, 'file'), '');
    for (const path of [join(dir, 'file'), join(dir, 'file', 'inside')])
      expect(await planned(person(path))).toMatchObject({ ok: false, message: expect.stringContaining('--workspace') });
  });
});

describe('between the check and the start', () => {
  it('a link, a file or content that appears between the check and the start stops the run', async () => {
    const path = join(dir, 'crews', 'workspace');
    const away = join(dir, 'away');
    await mkdir(away);
    const tricks = [
      () => symlink(away, path),
      () => writeFile(path, ''),
      async () => {
        await mkdir(path);
        await writeFile(join(path, 'secret'), '');
      },
      async () => {
        await rename(join(dir, 'crews'), join(dir, 'moved'));
        await symlink(away, join(dir, 'crews'));
      },
    ];
    for (const trick of tricks) {
      const before = await plan();
      await trick();
      expect(await openWorkspace(before, 'existing')).toMatchObject({ ok: false });
      expect(await readdir(away)).toEqual([]);
      await rm(path, { recursive: true, force: true });
    }
  });

  it('a link that appears in place of the workspace of a row stops the row', async () => {
    const batch = join(dir, 'batch');
    await openWorkspace(await plan(person(batch)), 'existing');
    expect(await openRowWorkspace(join(batch, 'rows', '1'), batch)).toMatchObject({ ok: true });
    expect(await workspaceKind(join(batch, 'rows', '1'))).toBe('created');
    await symlink(join(dir, 'crews'), join(batch, 'rows', '2'));
    expect(await openRowWorkspace(join(batch, 'rows', '2'), batch)).toMatchObject({ ok: false });
    await symlink(join(dir, 'crews'), join(batch, 'rows', '3'));
    expect(await openRowWorkspace(join(batch, 'rows', '3', 'x'), batch)).toMatchObject({ ok: false });
    expect(await readdir(join(dir, 'crews'))).toEqual(['a.crew.json']);
  });
});

describe('the mark of a workspace', () => {
  it('the mark of a workspace is valid only in the folder that it was written for, and not through a link', async () => {
    const first = join(dir, 'first');
    await openWorkspace(await plan(person(first)), 'existing');
    expect(await workspaceKind(first)).toBe('created');
    const text = await readFile(join(first, '.crewlane', 'workspace'), 'utf8');
    await mkdir(join(dir, 'copy', '.crewlane'), { recursive: true });
    await writeFile(join(dir, 'copy', '.crewlane', 'workspace'), text);
    await mkdir(join(dir, 'linked'));
    await symlink(join(first, '.crewlane'), join(dir, 'linked', '.crewlane'));
    for (const name of ['copy', 'linked']) expect(await workspaceKind(join(dir, name))).toBe(null);
    await rename(first, join(dir, 'renamed'));
    expect(await workspaceKind(join(dir, 'renamed'))).toBe('created');
    await writeFile(join(dir, 'renamed', '.crewlane', 'workspace'), text.replace('created', 'any_name!'));
    expect(await workspaceKind(join(dir, 'renamed'))).toBe(null);
  });

  it('the mark of a workspace decides which names a run can write', async () => {
    const mine = join(dir, 'mine');
    await mkdir(mine);
    await writeFile(join(mine, 'x'), '');
    for (const [kind, refusal] of [
      ['existing', 'acted_on'],
      ['any_name', null],
    ] as const) {
      await openWorkspace(await plan(person(mine)), kind);
      expect(await writeRefusal(mine, join(mine, 'package.json'))).toBe(refusal);
      expect(await writeRefusal(mine, join(mine, 'a', '.git', 'x'))).toBe('git');
      expect(await writeRefusal(mine, join(mine, '.crewlane', 'lock'))).toBe('crewlane');
      expect(await writeRefusal(mine, join(mine, 'notes.md'))).toBe(null);
    }
    // The whole path counts, and a folder that is not a workspace is protected.
    expect(await writeRefusal('/a/.git/b', '/a/.git/b/c')).toBe('git');
    expect(await writeRefusal(dir, join(dir, '.bashrc'))).toBe('acted_on');
  });
});

describe('a folder that a person chooses', () => {
  it.each(['/', '/home', '/home/ada', '/etc', '/ETC/x', '/usr/bin', '/tmp', '/proc/1', '/home/ada/.ssh', '/srv/.x/y'])(
    'a workspace cannot be %s',
    (path) => expect(chosenFolderProblem(path, '/home/ada')).not.toBe(null),
  );

  it.each(['/home/ada/work', '/srv/data', '/tmp/x', '/dev/shm/x', '/home/adam', '/opt/crews', '/var/lib/ci/work'])(
    'a workspace can be %s',
    (path) => expect(chosenFolderProblem(path, '/home/ada')).toBe(null),
  );

  it('The home folder is not a valid workspace.', async () => {
    expect(await planned(person(homedir()))).toMatchObject({ ok: false });
  });
});
