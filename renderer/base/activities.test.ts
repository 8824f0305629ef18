// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bridge } from '../../shared/ipc/channels.ts';
import { Activities, activitiesOfPage } from './activities.ts';
import { call } from './bridge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function shown(activities: Activities): () => string | null {
  const element = document.createElement('div');
  activities.showOn(element);
  return () => element.getAttribute('data-busy');
}

it('An activity is counted until each of its beginnings has ended once', () => {
  const activities = new Activities();
  const busy = shown(activities);
  expect(busy()).toBe('');
  const ends = [activities.begin('worker'), activities.begin('worker'), activities.begin('frame')];
  expect(busy()).toBe('frame worker');
  ends[0]?.();
  ends[0]?.();
  expect(busy()).toBe('frame worker');
  ends[1]?.();
  expect(busy()).toBe('frame');
  ends[2]?.();
  expect(busy()).toBe('');
});

it('A timer is counted until it has fired, failed or been cancelled', () => {
  const activities = new Activities();
  const timer = () => activities.names.includes('timer');
  const seen: boolean[] = [];
  activities.after('timer', 100, () => seen.push(timer()));
  vi.advanceTimersByTime(99);
  expect(timer()).toBe(true);
  vi.advanceTimersByTime(1);
  expect([seen, timer()]).toEqual([[true], false]);

  const cancel = activities.after('timer', 100, () => seen.push(true));
  cancel();
  vi.advanceTimersByTime(100);
  expect([seen, timer()]).toEqual([[true], false]);

  activities.after('timer', 100, () => {
    throw new Error('It failed.');
  });
  expect(() => vi.advanceTimersByTime(100)).toThrow('It failed.');
  expect(timer()).toBe(false);
});

it('A frame is counted until it has been drawn or cancelled', () => {
  const activities = new Activities();
  const draw = vi.fn();
  activities.inFrame('frame', draw);
  const cancel = activities.inFrame('cancelled', draw);
  expect(activities.names).toEqual(['cancelled', 'frame']);
  cancel();
  expect(activities.names).toEqual(['frame']);
  vi.advanceTimersToNextFrame();
  expect(draw).toHaveBeenCalledTimes(1);
  expect(activities.names).toEqual([]);
});

it('A call to main is counted by its name until it is answered or refused', async () => {
  const answers: { resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  const crewlane: Bridge = {
    call: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    on: () => () => undefined,
    pathOf: () => '',
  };
  vi.stubGlobal('crewlane', crewlane);
  const activities = activitiesOfPage(crewlane);
  const [answered, refused] = [call('runs.list', {}), call('app.recent', {})];
  expect(activities.names).toEqual(['call:app.recent', 'call:runs.list']);
  answers[0]?.resolve('[]');
  expect(await answered).toEqual([]);
  expect(activities.names).toEqual(['call:app.recent']);
  answers[1]?.reject(new Error('Main has refused it.'));
  await expect(refused).rejects.toThrow('Main has refused it.');
  expect(activities.names).toEqual([]);
  vi.unstubAllGlobals();
});
