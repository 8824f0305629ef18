import './batch.css';
import { countOf, formatNumber } from '../../../shared/figures/format.ts';
import { DataTable } from '../../base/table/data-table.tsx';
import { useBatch } from '../../state/batch.ts';
import { chooseBatch, startBatch } from '../../state/commands/batch-commands.ts';
import { useDocument } from '../../state/document.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The rows of the selected file and their problems, before anything starts. */
export function BatchPreview() {
  const win = useWindowState();
  const chosen = useBatch((batch) => batch.chosen);
  const tasks = useDocument(({ crew }) => crew.tasks.length);
  const slots = useDocument(({ crew }) => crew.settings.max_concurrent_tasks);
  const busy = useUi((ui) => ui.busy);
  if (!chosen) return null;
  const { path, columns, count, rows, problems, notes } = chosen;
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const file = (
    <span className="ellipsis" title={path}>
      <strong>{name}</strong>
    </span>
  );
  return (
    <>
      {problems.length > 0 ? (
        <>
          <p className="batch-facts">{file} cannot be run as it is:</p>
          <ul className="batch-problems" aria-label="Problems of the rows">
            {problems.map(({ message, path: at, line }) => (
              <li key={`${at} ${line} ${message}`}>{line === 0 ? message : `Line ${line}: ${message}`}</li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p className="batch-facts">
            {file}
            <span className="muted">
              {countOf(count, 'row')} of {countOf(tasks, 'task')}, all sharing {countOf(slots, 'slot')}
            </span>
          </p>
          {notes.map((note) => (
            <p key={note} className="batch-note">
              {note}
            </p>
          ))}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: needs the focus for scrolling with keys */}
          <section className="batch-rows" aria-label="Rows" tabIndex={0}>
            <DataTable
              name="Rows of the batch"
              rows={rows.map((cells, at) => ({ number: at + 1, cells }))}
              keyOf={({ number }) => number}
              columns={[
                { head: 'Row', cell: ({ number }) => number, className: 'faint num' },
                ...columns.map((column, at) => ({ head: column, cell: ({ cells }: Shown) => cells[at] ?? '' })),
              ]}
            />
          </section>
          {count > rows.length && <p className="muted">and {formatNumber(count - rows.length)} more</p>}
        </>
      )}
      <div className="actions">
        <button type="button" className="button" onClick={() => void chooseBatch(win)}>
          Choose another file…
        </button>
        <span className="grow" />
        <button type="button" className="button" onClick={() => showDialog(win, null)}>
          Cancel
        </button>
        <button
          type="button"
          className="button primary"
          disabled={problems.length > 0 || busy !== null}
          onClick={() => void startBatch(win)}
        >
          Run batch
        </button>
      </div>
    </>
  );
}

interface Shown {
  number: number;
  cells: readonly string[];
}
