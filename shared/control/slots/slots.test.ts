import { expect, test } from 'vitest';
import type { InputOf } from '../base/input.ts';
import { Slots, sampleOf, slotsOver } from './slots.ts';

const exited = (reason: InputOf<'slot.exited'>['reason'], slot = 1): InputOf<'slot.exited'> => ({
  ...{ type: 'slot.exited', slot, where: 'local:1', detail: undefined },
  reason,
});

test('three processes in a row that end before they are ready end the run', () => {
  const slots = new Slots();
  slots.exited(exited('crash'));
  slots.exited(exited('timeout', 2));
  slots.exited(exited('ended', 3));
  expect(slots.keepFailing).toBe(false);
  slots.exited(exited('crash'));
  expect(slots.keepFailing).toBe(true);
});

test('a process that was ready does not count as a failed start, and resets the count', () => {
  const slots = new Slots();
  slots.exited(exited('crash'));
  slots.exited(exited('crash'));
  slots.ready({ type: 'slot.ready', slot: 1, where: 'local:1', ms: 0 });
  slots.exited(exited('crash'));
  slots.exited(exited('crash'));
  slots.exited(exited('crash'));
  expect(slots.keepFailing).toBe(false);
});

test('samples are recorded, and slots above the memory limit are found', () => {
  const samples = [
    { slot: 1, cpuPercent: 5, memoryBytes: 3 * 1024 * 1024 },
    { slot: 2, cpuPercent: 6, memoryBytes: 3 * 1024 * 1024 + 1 },
  ];
  expect(sampleOf(samples)).toMatchObject({ slots: [{ slot: 1, cpu_percent: 5 }, { slot: 2 }] });
  expect(slotsOver(3, samples)).toEqual([2]);
});
