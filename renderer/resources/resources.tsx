import './resources.css';
import { Scrollable } from '../base/scrollable.tsx';
import { useRun } from '../store/run.ts';
import { type RunFiguresState, useMeasured, useMeasuring } from '../timeline/measured.ts';
import { Ended } from './ended.tsx';
import { Limiter } from './limiter.tsx';
import { Pools } from './pools.tsx';
import { Slots } from './slots.tsx';

/** What the run works with: slots and their processes, pools and their queues, the limiter's steps. */
export function Resources() {
  useMeasuring();
  const measured: RunFiguresState | null = useMeasured(({ value }) => value);
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
    <Scrollable className="resources">
      <Slots measured={measured} />
      <Ended measured={measured} />
      <Pools measured={measured} />
      <Limiter measured={measured} />
    </Scrollable>
  );
}
