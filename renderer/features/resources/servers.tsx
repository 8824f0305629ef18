import { formatDuration } from '../../../shared/figures/format.ts';
import type { ServerState } from '../../../shared/run/state.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import { useRun } from '../../state/run.ts';

/** The servers that the run started or tried to start: whether they run, and how they ended. */
export function Servers() {
  useRun((run) => run.seq);
  const state = useRun((run) => run.state);
  const rows = [...(state?.servers.values() ?? [])];
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>Servers</h3>
      <DataTable name="Servers" columns={COLUMNS} rows={rows} keyOf={({ name }) => name} />
    </section>
  );
}

const COLUMNS: readonly Column<ServerState>[] = [
  { head: 'Server', cell: ({ name }) => name },
  { head: 'State', cell: ({ status }) => status },
  { head: 'Starts', className: 'num', cell: ({ starts }) => starts.length },
  { head: 'Tools', className: 'num', cell: ({ starts }) => starts.at(-1)?.tools ?? '–' },
  { head: 'Started at', className: 'num', cell: ({ starts }) => timeOf(starts) },
  { head: 'Ended at', className: 'num', cell: ({ exits }) => timeOf(exits) },
  { head: 'Why it ended', cell: ({ exits }) => exits.at(-1)?.detail ?? '' },
];

function timeOf(moments: readonly { t: number }[]): string {
  const last = moments.at(-1);
  return last === undefined ? '–' : formatDuration(last.t);
}
