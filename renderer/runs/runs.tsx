import './runs.css';
import { useCallback, useEffect, useState } from 'react';
import { formatDateTime, formatNumber, formatSeconds } from '../../app/reports/format.ts';
import type { RunSummary } from '../../shared/ipc/channels.ts';
import { call } from '../bridge.ts';
import { exportBatch, resumeBatch } from '../commands/batch-commands.ts';
import { rerun } from '../commands/rerun-commands.ts';
import { resumeRun } from '../commands/run-commands.ts';
import { useBatch } from '../store/batch.ts';
import { cost } from '../store/format.ts';
import { closeRun, showRun, useRun } from '../store/run.ts';
import { showTab, toast } from '../store/ui.ts';
import { grouped, type ListedBatch, outcomeOf } from './groups.ts';

type Listed = { status: 'loading' } | { status: 'there'; runs: readonly RunSummary[] } | { status: 'failed' };

const OUTCOME: Readonly<Record<RunSummary['outcome'], { word: string; color: string }>> = {
  completed: { word: 'completed', color: 'var(--done)' },
  completed_degraded: { word: 'completed, degraded', color: 'var(--degraded)' },
  failed: { word: 'failed', color: 'var(--failed)' },
  cancelled: { word: 'cancelled', color: 'var(--waiting)' },
  interrupted: { word: 'interrupted', color: 'var(--degraded)' },
  running: { word: 'running', color: 'var(--running)' },
};

/** How a run can end that something of it can be made good. */
const AGAIN: ReadonlySet<RunSummary['outcome']> = new Set(['completed_degraded', 'failed', 'cancelled']);

/** Earlier runs, the newest first: open, go on with one that was cut off, delete. */
export function Runs() {
  const { listed, refresh } = useRuns();
  if (listed.status === 'loading') return <div className="empty">Reading …</div>;
  if (listed.status === 'failed') {
    return (
      <div className="empty">
        <strong>The runs cannot be listed</strong>
        <button type="button" className="button" onClick={refresh}>
          Try again
        </button>
      </div>
    );
  }
  if (listed.runs.length === 0) {
    return (
      <div className="empty">
        <strong>No runs yet</strong>
        <span>Every run is kept here with its events, to be opened, exported or gone on with.</span>
      </div>
    );
  }
  return (
    <div className="runs">
      <table className="table" aria-label="Runs">
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Crew</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="right">
              Tasks
            </th>
            <th scope="col" className="right">
              Makespan
            </th>
            <th scope="col" className="right">
              Tokens
            </th>
            <th scope="col" className="right">
              Cost
            </th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {grouped(listed.runs).map((one) =>
            one.kind === 'run' ? (
              <RunRow key={one.run.run} run={one.run} refresh={refresh} />
            ) : (
              <BatchRows key={one.batch} listed={one} refresh={refresh} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Listed when the tab opens, and again when a run begins or ends. */
function useRuns(): { listed: Listed; refresh: () => void } {
  const [listed, setListed] = useState<Listed>({ status: 'loading' });
  const id = useRun((run) => run.id);
  const live = useRun((run) => run.live);
  const batch = useBatch(({ id: of, live: on }) => `${of} ${on}`);
  const refresh = useCallback(() => {
    call('runs.list', {}).then(
      (runs) => setListed({ status: 'there', runs: [...runs].sort((a, b) => b.wall_ms - a.wall_ms) }),
      () => setListed({ status: 'failed' }),
    );
  }, []);
  // A run that begins or ends is what makes the list another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(refresh, [refresh, id, live, batch]);
  return { listed, refresh };
}

/** A row for the batch, and below it one for each of its own where they are wanted. */
function BatchRows({ listed, refresh }: { listed: ListedBatch; refresh: () => void }) {
  const { batch, rows, count } = listed;
  const shown = useRun(({ id }) => rows.some(({ run }) => run === id));
  const [isOpen, setOpen] = useState(shown);
  const [first] = rows;
  const { word, color } = OUTCOME[outcomeOf(listed)];
  const sum = (value: (run: RunSummary) => number) => rows.reduce((total, run) => total + value(run), 0);
  const costs = rows.map(({ cost_usd }) => cost_usd);
  const started = startedText(first?.wall_ms ?? 0);
  const of = `the batch of ${started}`;
  return (
    <>
      <tr>
        <td className="num">
          <button
            type="button"
            className="button quiet batch-toggle"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Hide' : 'Show'} the rows of ${of}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? '▾' : '▸'}
          </button>
          {started}
        </td>
        <td>
          {first?.crew}
          <span className="muted rehearsal">{`batch of ${count} rows`}</span>
        </td>
        <td>
          <span className="dot" style={{ '--c': color }} /> {word}
        </td>
        <td className="right num">{`${sum((run) => run.completed_tasks)} of ${count * (first?.total_tasks ?? 0)}`}</td>
        <td className="right num">–</td>
        <td className="right num">{formatNumber(sum((run) => run.tokens))}</td>
        <td className="right num">{cost(costs.includes(null) ? null : sum((run) => run.cost_usd ?? 0))}</td>
        <td className="run-actions">
          <button type="button" className="button" aria-label={`Export ${of}`} onClick={() => void exportBatch(batch)}>
            Export
          </button>
          {outcomeOf(listed) === 'interrupted' && (
            <button
              type="button"
              className="button"
              aria-label={`Resume ${of}`}
              onClick={() => void resumeBatch(batch)}
            >
              Resume
            </button>
          )}
        </td>
      </tr>
      {isOpen && rows.map((run) => <RunRow key={run.run} run={run} refresh={refresh} />)}
    </>
  );
}

function startedText(wallMs: number): string {
  return formatDateTime({ wallMs, utcOffsetMin: -new Date(wallMs).getTimezoneOffset() });
}

function RunRow({ run, refresh }: { run: RunSummary; refresh: () => void }) {
  const shown = useRun(({ id }) => id === run.run);
  const { word, color } = OUTCOME[run.outcome];
  const time = startedText(run.wall_ms);
  const started = run.batch ? `row ${run.batch.row} of ${time}` : time;
  return (
    <tr className={shown ? 'on' : undefined} aria-current={shown}>
      <td className={run.batch ? 'num batch-row' : 'num'}>{run.batch ? `Row ${run.batch.row}` : time}</td>
      <td>
        {run.crew}
        {run.rehearsal && <span className="muted rehearsal">rehearsal</span>}
      </td>
      <td>
        <span className="dot" style={{ '--c': color }} /> {word}
      </td>
      <td className="right num">
        <NotDone run={run} /> {`${run.completed_tasks} of ${run.total_tasks}`}
      </td>
      <td className="right num">{run.makespan_ms === null ? '–' : formatSeconds(run.makespan_ms)}</td>
      <td className="right num">{formatNumber(run.tokens)}</td>
      <td className="right num">{cost(run.cost_usd)}</td>
      <td className="run-actions">
        <button type="button" className="button" aria-label={`Open ${started}`} onClick={() => void open(run.run)}>
          Open
        </button>
        {run.outcome === 'interrupted' && (
          <button
            type="button"
            className="button"
            aria-label={`Resume ${started}`}
            onClick={() => void resumeRun(run.run)}
          >
            Resume
          </button>
        )}
        {AGAIN.has(run.outcome) && (
          <button
            type="button"
            className="button"
            aria-label={`Run again what failed ${started}`}
            onClick={() => void rerun(run.run, { kind: 'failed' })}
          >
            Run again what failed
          </button>
        )}
        <Delete run={run} started={started} refresh={refresh} />
      </td>
    </tr>
  );
}

/** How many of its results the run did not make itself. */
function NotDone({ run: { cached_tasks: cached, kept_tasks: kept } }: { run: RunSummary }) {
  const notes = [...(cached > 0 ? [`${cached} cached`] : []), ...(kept > 0 ? [`${kept} kept`] : [])];
  return notes.length === 0 ? null : <span className="muted small">{notes.join(', ')} ·</span>;
}

/** A run's folder is gone for good: the second press is the answer to "sure?". */
function Delete({ run, started, refresh }: { run: RunSummary; started: string; refresh: () => void }) {
  const [isSure, setSure] = useState(false);
  if (run.outcome === 'running') return null;
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={isSure ? `Delete ${started} for good` : `Delete ${started}`}
      onBlur={() => setSure(false)}
      onClick={() => (isSure ? void remove(run.run, refresh) : setSure(true))}
    >
      {isSure ? 'Delete for good?' : 'Delete'}
    </button>
  );
}

async function open(run: string): Promise<void> {
  await showRun(run).then(
    () => showTab('Timeline'),
    () => toast('error', "This run's folder cannot be read. Its events may be damaged, or it was moved away."),
  );
}

async function remove(run: string, refresh: () => void): Promise<void> {
  const done = await call('runs.delete', { run });
  if (done.status === 'failed') toast('error', done.message);
  else if (useRun.getState().id === run) closeRun();
  refresh();
}
