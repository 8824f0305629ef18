import { formatDateTime, formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import type { RunSummary } from '../../../shared/ipc/values.ts';
import { cost } from '../../base/format.ts';
import type { Column } from '../../base/table/data-table.tsx';
import { countsOf, useBatch } from '../../state/batch.ts';
import { BatchActions, RunActions } from './actions.tsx';
import { type ListedBatch, outcomeOf } from './groups.ts';
import type { Line } from './lines.ts';

const OUTCOME: Readonly<Record<RunSummary['outcome'], { word: string; color: string }>> = {
  completed: { word: 'completed', color: 'var(--done)' },
  completed_degraded: { word: 'completed, degraded', color: 'var(--degraded)' },
  failed: { word: 'failed', color: 'var(--failed)' },
  cancelled: { word: 'cancelled', color: 'var(--waiting)' },
  interrupted: { word: 'interrupted', color: 'var(--degraded)' },
  running: { word: 'running', color: 'var(--running)' },
};

interface Acts {
  /** The list has changed. */
  refresh: () => void;
  toggle: (batch: string, open: boolean) => void;
}

/** The columns of the list of runs, with the actions of a row. */
export function columnsOf({ refresh, toggle }: Acts): readonly Column<Line>[] {
  return [
    { head: 'Started', className: 'num', cell: (line) => <Started line={line} toggle={toggle} /> },
    { head: 'Crew', cell: (line) => <CrewCell line={line} /> },
    { head: 'Outcome', cell: (line) => <Outcome line={line} /> },
    { head: 'Tasks', figures: true, cell: (line) => <Tasks line={line} /> },
    { head: 'Makespan', figures: true, cell: (line) => makespanText(line) },
    { head: 'Tokens', figures: true, cell: (line) => formatNumber(sumOf(line, (run) => run.tokens)) },
    { head: 'Cost', figures: true, cell: costText },
    {
      head: <span className="hidden">Actions</span>,
      className: 'run-actions',
      cell: (line) =>
        line.kind === 'batch' ? (
          <BatchActions
            listed={line.listed}
            of={`the batch of ${startedText(startOf(line.listed))}`}
            refresh={refresh}
          />
        ) : (
          <RunActions run={line.run} of={nameOf(line.run)} refresh={refresh} />
        ),
    },
  ];
}

function startedText(wallMs: number): string {
  return formatDateTime({ wallMs, utcOffsetMin: -new Date(wallMs).getTimezoneOffset() });
}

function startOf({ rows: [first] }: ListedBatch): number {
  return first?.wall_ms ?? 0;
}

/** Distinguishes the buttons of the lines in their accessible names. */
function nameOf(run: RunSummary): string {
  const time = startedText(run.wall_ms);
  return run.batch ? `row ${run.batch.row} of ${time}` : time;
}

function Started({ line, toggle }: { line: Line; toggle: Acts['toggle'] }) {
  if (line.kind === 'run') {
    const { batch, wall_ms } = line.run;
    return batch ? <span className="batch-row">{`Row ${batch.row}`}</span> : startedText(wall_ms);
  }
  const { listed, isOpen } = line;
  const started = startedText(startOf(listed));
  return (
    <>
      <button
        type="button"
        className="button quiet batch-toggle"
        aria-expanded={isOpen}
        aria-label={`${isOpen ? 'Hide' : 'Show'} the rows of the batch of ${started}`}
        onClick={() => toggle(listed.batch, !isOpen)}
      >
        {isOpen ? '▾' : '▸'}
      </button>
      {started}
    </>
  );
}

function CrewCell({ line }: { line: Line }) {
  const note = line.kind === 'batch' ? batchText(line.listed) : line.run.rehearsal ? 'rehearsal' : null;
  return (
    <>
      {line.kind === 'batch' ? line.listed.rows[0]?.crew : line.run.crew}
      {note !== null && <span className="muted note">{note}</span>}
    </>
  );
}

function batchText({ count, deleted }: ListedBatch): string {
  return `batch of ${formatNumber(count)} rows${deleted > 0 ? `, ${formatNumber(deleted)} deleted` : ''}`;
}

function Outcome({ line }: { line: Line }) {
  if (line.kind === 'batch') return <BatchOutcome listed={line.listed} />;
  return <OutcomeWord outcome={line.run.outcome} />;
}

/** The status of a batch; for the batch of this window, its progress. */
function BatchOutcome({ listed }: { listed: ListedBatch }) {
  const rows = useBatch(({ id, live, rows: all }) => (live && id === listed.batch ? all : null));
  if (rows === null) return <OutcomeWord outcome={outcomeOf(listed)} />;
  return (
    <>
      <OutcomeWord outcome="running" />
      <span className="muted note">{`${formatNumber(countsOf(rows).done)} of ${formatNumber(rows.length)} rows done`}</span>
    </>
  );
}

function OutcomeWord({ outcome }: { outcome: RunSummary['outcome'] }) {
  const { word, color } = OUTCOME[outcome];
  return (
    <>
      <span className="dot" style={{ '--c': color }} /> {word}
    </>
  );
}

/** The number of completed tasks, and the number of results that were cached or reused. */
function Tasks({ line }: { line: Line }) {
  const done = sumOf(line, (run) => run.completed_tasks);
  if (line.kind === 'batch') {
    const { count, deleted, rows } = line.listed;
    return `${formatNumber(done)} of ${formatNumber((count - deleted) * (rows[0]?.total_tasks ?? 0))}`;
  }
  const { cached_tasks: cached, kept_tasks: kept, total_tasks } = line.run;
  const notes = [
    ...(cached > 0 ? [`${formatNumber(cached)} cached`] : []),
    ...(kept > 0 ? [`${formatNumber(kept)} kept`] : []),
  ];
  return (
    <>
      {notes.length > 0 && <span className="muted small">{`${notes.join(', ')} · `}</span>}
      {`${formatNumber(done)} of ${formatNumber(total_tasks)}`}
    </>
  );
}

function makespanText(line: Line): string {
  return line.kind === 'batch' || line.run.makespan_ms === null ? '–' : formatDuration(line.run.makespan_ms);
}

/** Unknown if one part is unknown. */
function costText(line: Line): string {
  const isKnown = runsOf(line).every(({ cost_usd }) => cost_usd !== null);
  const isAtMost = runsOf(line).some(({ cost_at_most }) => cost_at_most);
  return isKnown
    ? cost(
        sumOf(line, (run) => run.cost_usd ?? 0),
        isAtMost,
      )
    : 'unknown';
}

function runsOf(line: Line): readonly RunSummary[] {
  return line.kind === 'batch' ? line.listed.rows : [line.run];
}

function sumOf(line: Line, value: (run: RunSummary) => number): number {
  return runsOf(line).reduce((total, run) => total + value(run), 0);
}
