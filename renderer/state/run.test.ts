// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import type { Bridge } from '../../shared/ipc/channels.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { win } from '../testing/window.ts';
import { applyEnd, applyUpdate, closeRun, showNewRun, showRun, turnKey } from './run.ts';

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: [{ name: 'draft', description: '', expected_output: '', agent: 'ada' }],
});
const EVENTS: readonly RunEvent[] = [
  { type: 'task.ready', seq: 1, t: 0, task: 'draft' },
  { type: 'attempt.started', seq: 2, t: 1, task: 'draft', attempt: 1, slot: 1, agent: 'ada' },
  { type: 'milestone', seq: 3, t: 5, task: 'draft', attempt: 1, name: 'half' },
  { type: 'attempt.ended', seq: 4, t: 9, task: 'draft', attempt: 1, result: 'ok' },
  { type: 'task.completed', seq: 5, t: 9, task: 'draft', text: 'Dear reader' },
];

/** The number of events in the run's folder, and whether its process is alive. */
let written = 0;
let live = true;
/** The number of reads from the folder. */
let asked = 0;
const PAGE = 2;

/** A stub of main's run channels, which answers from the written events. */
function answer(_name: string, input: string): Promise<string> {
  const { after }: { after: number } = JSON.parse(input);
  asked += 1;
  const crew = after === 0 ? CREW : null;
  const events = EVENTS.slice(after, Math.min(written, after + PAGE));
  return Promise.resolve(JSON.stringify({ crew, events, live }));
}
const main = { call: answer };

const batch = (from: number, to: number) =>
  applyUpdate(win, { run: 'r1', events: EVENTS.slice(from - 1, to), text: [], now: to });
const seqs = () => win.run.getState().events.map(({ seq }) => seq);

beforeEach(() => {
  // Only the channels that the store calls are implemented.
  Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });
  written = 0;
  live = true;
  asked = 0;
  main.call = answer;
  closeRun(win);
});

describe('The shown run', () => {
  it('The shown run is read page by page, then followed', async () => {
    written = 3;
    await showRun(win, 'r1');
    expect(seqs()).toEqual([1, 2, 3]);
    batch(4, 5);
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(win.run.getState().state?.tasks.get('draft')?.status).toBe('completed');
  });

  it('The shown run is neither finished nor interrupted until it has been read completely', async () => {
    written = 5;
    live = false;
    const seen = new Set<string>();
    const stop = win.run.subscribe(({ seq, status }) => seen.add(`${seq} ${status}`));
    await showRun(win, 'r1');
    stop();
    expect([...seen]).toEqual(['0 loading', '2 loading', '4 loading', '5 loading', '5 ended']);
  });

  it('The shown run stops loading if its events cannot be read', async () => {
    written = 5;
    main.call = (name, input) =>
      asked > 0 ? Promise.reject(new Error('the journal is damaged')) : answer(name, input);
    await expect(showRun(win, 'r1')).rejects.toThrow('the journal is damaged');
    expect(win.run.getState()).toMatchObject({ seq: 2, status: 'live' });
  });

  it('The shown run applies events pushed during loading exactly once', async () => {
    written = 3;
    const shown = showRun(win, 'r1');
    batch(3, 4);
    batch(5, 5);
    await shown;
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  it('The shown run reads missing events when an update leaves a gap', async () => {
    written = 1;
    await showRun(win, 'r1');
    written = 4;
    batch(4, 5);
    await expect.poll(seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('The shown run reads missing events again if reading them has failed', async () => {
    written = 1;
    await showRun(win, 'r1');
    let failed = false;
    main.call = () => {
      failed = true;
      return Promise.reject(new Error('The folder cannot be read.'));
    };
    batch(3, 3);
    await expect.poll(() => failed).toBe(true);
    main.call = answer;
    written = 5;
    await expect
      .poll(() => {
        batch(5, 5);
        return seqs();
      })
      .toEqual([1, 2, 3, 4, 5]);
  });

  it('The shown run is read completely when its process releases it', async () => {
    written = 2;
    await showRun(win, 'r1');
    written = 5;
    live = false;
    const lookedCutOff: number[] = [];
    const stop = win.run.subscribe((run) => {
      if (!run.live) lookedCutOff.push(run.seq);
    });
    applyEnd(win, 'r1', 5);
    await expect.poll(() => win.run.getState().live).toBe(false);
    stop();
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(lookedCutOff.every((seq) => seq === 5)).toBe(true);
  });

  it('The shown run is built from pushed events only, if it has just started here', () => {
    showNewRun(win, 'r1', CREW);
    expect(win.run.getState()).toMatchObject({ id: 'r1', live: true, seq: 0 });
    batch(1, 3);
    batch(4, 5);
    applyEnd(win, 'r1', 5);
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(win.run.getState().live).toBe(false);
    expect(asked).toBe(0);
  });

  it('The shown run reads the first events of a new run if they were pushed before it was shown', async () => {
    batch(1, 2);
    showNewRun(win, 'r1', CREW);
    written = 4;
    batch(4, 5);
    await expect.poll(seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('The shown run ignores updates of another run', async () => {
    written = 1;
    await showRun(win, 'r1');
    applyUpdate(win, {
      run: 'r2',
      events: [...EVENTS],
      text: [{ task: 'draft', attempt: 1, turn: null, delta: 'x' }],
      now: 9,
    });
    expect(seqs()).toEqual([1]);
    expect(win.run.getState().texts.size).toBe(0);
  });

  it('The shown run shows the streamed text of an attempt until the answer arrives', async () => {
    written = 2;
    await showRun(win, 'r1');
    const say = (delta: string) =>
      applyUpdate(win, { run: 'r1', events: [], text: [{ task: 'draft', attempt: 1, turn: null, delta }], now: 3 });
    say('Dear ');
    say('reader');
    expect(win.run.getState().texts.get('draft')).toBe('Dear reader');
    batch(3, 4);
    expect(win.run.getState().texts.has('draft')).toBe(false);
  });

  it('The shown run separates the streams of concurrent turns of one task', async () => {
    written = 1;
    await showRun(win, 'r1');
    const say = (turn: string, delta: string) =>
      applyUpdate(win, { run: 'r1', events: [], text: [{ task: 'draft', attempt: 1, turn, delta }], now: 1 });
    say('propose:ada', 'Dear ');
    say('propose:bo', 'Hello ');
    say('propose:ada', 'reader');
    const { texts } = win.run.getState();
    expect([...texts]).toEqual([
      [turnKey('draft', 'propose:ada'), 'Dear reader'],
      [turnKey('draft', 'propose:bo'), 'Hello '],
    ]);
  });
});
