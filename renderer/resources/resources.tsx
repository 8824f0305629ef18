import './resources.css';
import type { PoolFigures, SlotFigures } from '../../app/reports/figures/resources.ts';
import { formatMemory, formatNumber, formatPercent, formatSeconds } from '../../app/reports/format.ts';
import type { RunState, SlotState } from '../../shared/run/state.ts';
import { Scrolled } from '../results/scrolled.tsx';
import { poolSteps } from '../timeline/curves.ts';
import { type Measured, useMeasured, useMeasuring } from '../timeline/measured.ts';
import { Spark } from './spark.tsx';

/** What the run works with: slots and their processes, pools and their queues, the limiter's steps. */
export function Resources() {
  useMeasuring();
  const measured = useMeasured(({ value }) => value);
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
      <Pools measured={measured} />
      <Limiter state={measured.state} />
    </Scrolled>
  );
}

function Slots({ measured: { state, figures, now } }: { measured: Measured }) {
  const last = state.samples.at(-1);
  return (
    <section>
      <h3>Slots</h3>
      <table className="table" aria-label="Slots">
        <thead>
          <tr>
            <th scope="col">Slot</th>
            <th scope="col">Process</th>
            <th scope="col">State</th>
            <th scope="col" className="right">
              Turns
            </th>
            <th scope="col" className="right">
              Busy
            </th>
            <th scope="col" className="right">
              CPU now, peak
            </th>
            <th scope="col" className="right">
              Memory now, peak
            </th>
            <th scope="col" className="right">
              Restarts
            </th>
          </tr>
        </thead>
        <tbody>
          {[...state.slots.values()]
            .sort((a, b) => a.slot - b.slot)
            .map((slot) => (
              <SlotRow
                key={slot.slot}
                slot={slot}
                busy={[...state.running].some((turn) => turn.slot === slot.slot)}
                use={figures.slotUse.find((use) => use.slot === slot.slot)}
                sample={last?.slots.find((sample) => sample.slot === slot.slot)}
                now={now}
              />
            ))}
        </tbody>
      </table>
    </section>
  );
}

interface SlotRowProps {
  slot: SlotState;
  busy: boolean;
  use: SlotFigures | undefined;
  sample: RunState['samples'][number]['slots'][number] | undefined;
  now: number;
}

function SlotRow({ slot, busy, use, sample, now }: SlotRowProps) {
  const exit = slot.exits.at(-1);
  const color = busy ? 'var(--running)' : slot.status === 'ready' ? 'var(--done)' : 'var(--waiting)';
  const said = busy ? 'running' : slot.status;
  return (
    <tr title={exit ? `Last process ended at ${formatSeconds(exit.t)}: ${exit.detail ?? exit.reason}` : undefined}>
      <th scope="row">{slot.slot}</th>
      <td className="num">{slot.pid ?? '–'}</td>
      <td>
        <span className="dot" style={{ '--c': color }} /> {said}
      </td>
      <td className="right num">{use?.turns ?? 0}</td>
      <td className="right num">
        {use ? `${formatSeconds(use.busyMs)} · ${formatPercent(now > 0 ? use.busyMs / now : 0)}` : '–'}
      </td>
      <td className="right num">
        {use?.peakCpu == null
          ? 'not measured'
          : `${formatNumber(sample?.cpu_percent ?? 0)}%, ${formatNumber(use.peakCpu)}%`}
      </td>
      <td className="right num">
        {slot.peakMemoryBytes === 0
          ? 'not measured'
          : `${sample ? formatMemory(sample.memory_bytes) : '–'}, ${formatMemory(slot.peakMemoryBytes)}`}
      </td>
      <td className="right num">{use?.restarts ?? 0}</td>
    </tr>
  );
}

function Pools({ measured }: { measured: Measured }) {
  const { pools } = measured.figures;
  return (
    <section>
      <h3>Pools</h3>
      {pools.length === 0 ? (
        <p className="muted">The crew declares no pool, and no tool has taken one.</p>
      ) : (
        <table className="table" aria-label="Pools">
          <thead>
            <tr>
              <th scope="col">Pool</th>
              <th scope="col">Use over time</th>
              <th scope="col" className="right">
                In use, peak, of
              </th>
              <th scope="col" className="right">
                Mean
              </th>
              <th scope="col" className="right">
                Waits
              </th>
              <th scope="col" className="right">
                Longest queue
              </th>
              <th scope="col" className="right">
                Timed out, reclaimed
              </th>
            </tr>
          </thead>
          <tbody>
            {pools.map((pool) => (
              <PoolRow key={pool.pool} pool={pool} measured={measured} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function PoolRow({ pool, measured: { project, state, now } }: { pool: PoolFigures; measured: Measured }) {
  const steps = poolSteps(project, state, pool.pool, now);
  return (
    <tr>
      <th scope="row">{pool.pool}</th>
      <td>
        <Spark
          steps={steps}
          full={pool.capacity}
          until={now}
          color="var(--done)"
          label={`${pool.pool}: peak ${pool.peak} of ${pool.capacity}`}
        />
      </td>
      <td className="right num">{`${steps.at(-1)?.value ?? 0}, ${pool.peak}, ${pool.capacity}`}</td>
      <td className="right num">{formatNumber(pool.mean, 2)}</td>
      <td className="right num">{`${pool.waits} · ${formatSeconds(pool.waitMs)}`}</td>
      <td className="right num">{pool.longestQueue}</td>
      <td className="right num">{`${pool.timeouts}, ${pool.reclaimed}`}</td>
    </tr>
  );
}

function Limiter({ state }: { state: RunState }) {
  return (
    <section>
      <h3>Limiter</h3>
      {state.limits.length === 0 ? (
        <p className="muted">The provider has refused nothing: no limit was stepped down.</p>
      ) : (
        <table className="table" aria-label="Limiter">
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Origin</th>
              <th scope="col" className="right">
                Calls at once
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {state.limits.map((step) => (
              <tr key={step.seq}>
                <td className="num">{formatSeconds(step.t)}</td>
                <td>{step.origin}</td>
                <td className="right num">{step.in_flight}</td>
                <td>{step.until === undefined ? step.reason : `${step.reason}, until ${formatSeconds(step.until)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
