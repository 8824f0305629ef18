import './resources.css';
import { Scrolled } from '../results/scrolled.tsx';
import { useRun } from '../store/run.ts';
import { type Measured, useMeasured, useMeasuring } from '../timeline/measured.ts';
import { Ended } from './ended.tsx';
import { Limiter } from './limiter.tsx';
import { Pools } from './pools.tsx';
import { Slots } from './slots.tsx';

/** What the run works with: slots and their processes, pools and their queues, the limiter's steps. */
export function Resources() {
  useMeasuring();
  const measured: Measured | null = useMeasured(({ value }) => value);
  const isDrawn = useRun(({ state }) => state !== null);
  if (!measured && isDrawn) return <div className="empty" aria-busy="true" />;
  if (!measured) {
    return (
      <div className="empty">
        <strong>No slots yet</strong>
        <span>
          A run's slots are processes of their own; their CPU and memory, the pools and the limiter show here.
        </span>
      </div>
    );
  }
  return (
    <Scrolled className="resources">
      <Slots measured={measured} />
      <Ended measured={measured} />
      <Pools measured={measured} />
      <Limiter measured={measured} />
    </Scrolled>
  );
}
