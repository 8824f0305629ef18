import './resources.css';
import { Scrollable } from '../../base/scrollable.tsx';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { useRun } from '../../state/run.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { Pools } from './pools.tsx';
import { ProcessExits } from './process-exits.tsx';
import { RateLimiter } from './rate-limiter.tsx';
import { Servers } from './servers.tsx';
import { Slots } from './slots.tsx';

/** The resources of the run: slots and their processes, pools and their queues, and the actions of the rate limiter. */
export function Resources() {
  useMeasuring();
  const figures: RunFiguresState | null = useMeasured(({ value }) => value);
  const isDrawn = useRun(({ state }) => state !== null);
  if (!figures && isDrawn) return <div className="empty" aria-busy="true" />;
  if (!figures) {
    return (
      <div className="empty">
        <strong>No slots yet</strong>
        <span>Each slot is a separate process. CPU, memory, pools and rate limits appear here during a run.</span>
      </div>
    );
  }
  return (
    <Scrollable className="resources">
      <Slots figures={figures} />
      <ProcessExits figures={figures} />
      <Pools figures={figures} />
      <RateLimiter figures={figures} />
      <Servers />
    </Scrollable>
  );
}
