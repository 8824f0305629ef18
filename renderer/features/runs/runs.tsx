import './runs.css';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RunSummary } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { DataTable } from '../../base/table/data-table.tsx';
import { useBatch } from '../../state/batch.ts';
import { useRun } from '../../state/run.ts';
import { columnsOf } from './columns.tsx';
import { linesOf } from './lines.ts';

type Listed = { status: 'loading' } | { status: 'loaded'; runs: readonly RunSummary[] } | { status: 'failed' };

/** Earlier runs, newest first, with actions to open, resume and delete them. */
export function Runs() {
  const { listed, refresh } = useRuns();
  if (listed.status === 'loading') return <div className="empty">Loading…</div>;
  if (listed.status === 'failed') {
    return (
      <div className="empty">
        <strong>Cannot list the runs</strong>
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
        <span>Every run is saved here with its events. You can open, export or resume it.</span>
      </div>
    );
  }
  return <RunTable runs={listed.runs} refresh={refresh} />;
}

function RunTable({ runs, refresh }: { runs: readonly RunSummary[]; refresh: () => void }) {
  const shown = useRun(({ id }) => id);
  /** Batches that a person expanded or collapsed. Others are expanded while one of their rows is shown. */
  const [asked, setAsked] = useState<Readonly<Record<string, boolean>>>({});
  const columns = useMemo(
    () => columnsOf({ refresh, toggle: (batch, open) => setAsked((before) => ({ ...before, [batch]: open })) }),
    [refresh],
  );
  return (
    <div className="runs">
      <DataTable
        name="Runs"
        columns={columns}
        rows={linesOf(runs, shown, asked)}
        keyOf={(line) => (line.kind === 'run' ? line.run.run : line.listed.batch)}
        row={(line) => (line.kind === 'run' && line.run.run === shown ? { className: 'on', 'aria-current': true } : {})}
      />
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
      (runs) => setListed({ status: 'loaded', runs: [...runs].sort((a, b) => b.wall_ms - a.wall_ms) }),
      () => setListed({ status: 'failed' }),
    );
  }, []);
  // The list changes when a run begins or ends.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(refresh, [refresh, id, live, batch]);
  return { listed, refresh };
}
