import { formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import type { PoolFigures } from '../../../shared/figures/resources.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import { poolSteps } from '../../state/curves/curves.ts';
import type { Step } from '../../state/curves/steps.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { Spark } from './spark.tsx';

interface Row {
  pool: PoolFigures;
  steps: readonly Step[];
  until: number;
}

/** The pools: their use over time and their queues. */
export function Pools({ figures: { crew, state, figures, now } }: { figures: RunFiguresState }) {
  const rows = figures.pools.map((pool): Row => ({ pool, steps: poolSteps(crew, state, pool.pool, now), until: now }));
  return (
    <section>
      <h3>Pools</h3>
      {rows.length === 0 ? (
        <p className="muted">This crew declares no pools, and no tool has used one.</p>
      ) : (
        <DataTable name="Pools" columns={COLUMNS} rows={rows} keyOf={({ pool }) => pool.pool} />
      )}
      {figures.batch !== null && rows.some(({ pool }) => pool.declared) && (
        <p className="muted">
          The rows of the batch share the crew's pools: use is this row's, waits are for all of them.
        </p>
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'Pool', heads: true, cell: ({ pool }) => pool.pool },
  { head: 'Use over time', cell: (row) => <Use row={row} /> },
  {
    head: 'In use, peak, capacity',
    figures: true,
    cell: ({ pool, steps }) => `${steps.at(-1)?.value ?? 0}, ${pool.peak}, ${pool.capacity}`,
  },
  { head: 'Mean', figures: true, cell: ({ pool }) => formatNumber(pool.mean, 2) },
  { head: 'Waits', figures: true, cell: ({ pool }) => `${pool.waits} · ${formatDuration(pool.waitMs)}` },
  { head: 'Longest queue', figures: true, cell: ({ pool }) => pool.longestQueue },
  { head: 'Timed out, reclaimed', figures: true, cell: ({ pool }) => `${pool.timeouts}, ${pool.reclaimed}` },
];

function Use({ row: { pool, steps, until } }: { row: Row }) {
  const label = `${pool.pool}: peak ${pool.peak} of ${pool.capacity}`;
  return <Spark steps={steps} full={pool.capacity} until={until} color="var(--done)" label={label} />;
}
