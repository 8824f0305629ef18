import { afterAll, expect, test } from 'vitest';
import { limitSettings } from '../../../shared/control/limits/settings.ts';
import { systemClock } from '../run-clock.ts';
import { eventsOf, makeCrew, Rig } from '../testing/rig.ts';
import type { LimitedRow } from './share.ts';
import { SharedLimits } from './shared-limits.ts';
import { SlotBroker } from './slot-broker.ts';

const rig = new Rig();
afterAll(() => rig.remove());

test('a resumed row records the batch time and the run time of the same moment, however slowly it opens', async () => {
  const crew = makeCrew([{ name: 'a' }]);
  const first = await rig.start(crew);
  first.interrupt('quit');
  await first.done;

  // Every reading of the clock takes 7 ms, as on a machine that is busy.
  let monotonicMs = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => {
      monotonicMs += 7;
      return monotonicMs;
    },
  };
  const broker = new SlotBroker(rig.host(), crew, 1, () => undefined);
  const limits = new SharedLimits(1, limitSettings(crew), () => monotonicMs);
  const { slots, host } = broker.row(1, 'row-1');
  broker.start();
  const share = {
    startedAtMonotonicMs: 0,
    slots,
    limits: (row: LimitedRow) => limits.join(row).limits,
    spend: () => 0,
    spendTokens: () => 0,
  };
  const opened = await rig.tryToResume(first.dir, crew, host, { clock, share });
  if (!opened.ok) throw new Error(opened.failure.message);
  const batchAheadMs = monotonicMs + 7 - opened.run.now();
  opened.run.interrupt('quit');
  await opened.run.done;
  limits.end();
  await broker.stop();

  const resumed = (await eventsOf(first.dir)).find((event) => event.type === 'run.resumed');
  expect(resumed && (resumed.batch_ms ?? 0) - resumed.t).toBe(batchAheadMs);
});
