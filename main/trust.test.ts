import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../shared/crew/schema.ts';
import type { Origin } from '../shared/trust/permission.ts';
import { Trust } from './trust.ts';

let root: string;
let trust: Trust;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crewlane-main-trust-'));
  trust = new Trust({ trustFile: join(root, 'data', 'trust.json'), workspaces: join(root, 'data', 'workspaces') });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const makeCrew = (name: string) => crewSchema.parse({ format: 'crewlane/1', name });
const windowWith = (crew: Crew, origin: Origin) => ({
  origin,
  document: { path: join(root, 'stranger.crew.json'), crew, edited: false },
});

describe('a decision about trust', () => {
  it('a decision applies to the crew in question', async () => {
    const window = windowWith(makeCrew('asked'), 'foreign');
    expect(await trust.trustCrew(window.document.crew, window.document.path, [])).toBe(null);
    await trust.decided(window);
    expect(window.origin).toBe('trusted');
  });

  it('a decision does not apply to a crew that the window shows since the question', async () => {
    const window = windowWith(makeCrew('asked'), 'foreign');
    expect(await trust.trustCrew(window.document.crew, window.document.path, [])).toBe(null);
    window.document = { ...window.document, crew: makeCrew('swapped') };
    await trust.decided(window);
    expect(window.origin).toBe('foreign');
  });

  it('a decision does not apply to a crew that replaces the other one during the lookup', async () => {
    const window = windowWith(makeCrew('asked'), 'foreign');
    expect(await trust.trustCrew(window.document.crew, window.document.path, [])).toBe(null);
    const decided = trust.decided(window);
    window.document = { ...window.document, crew: makeCrew('swapped') };
    await decided;
    expect(window.origin).toBe('foreign');
  });

  it('trust in a folder applies to every crew in it, and does not change the origin of an own crew', async () => {
    const window = windowWith(makeCrew('other'), 'foreign');
    const own = windowWith(makeCrew('mine'), 'own');
    expect(await trust.trustFolder(root)).toBe(null);
    await trust.decided(window);
    await trust.decided(own);
    expect([window.origin, own.origin]).toEqual(['trusted', 'own']);
  });
});
