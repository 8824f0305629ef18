import { countOf, formatDuration } from '../../../shared/figures/format.ts';
import type { LimitStep } from '../../../shared/figures/limits.ts';
import { limitText } from '../../../shared/figures/slot-labels.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import { waitedMs } from '../../state/figures/folded-run.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';

type Row = LimitStep & { origin: string };

/** Each action of the rate limiter with its meaning, and the cost of the provider's limits so far. */
export function RateLimiter({ figures: { figures } }: { figures: RunFiguresState }) {
  const rows = figures.limits
    .flatMap(({ origin, steps }) => steps.map((step): Row => ({ ...step, origin })))
    .sort((a, b) => a.seq - b.seq);
  const waited = `Tasks waited ${formatDuration(waitedMs(figures, 'rate_limit'))} for rate limits before taking a slot.`;
  if (rows.length === 0) {
    return (
      <section>
        <h3>Rate limiter</h3>
        <p className="muted">{`No provider refused a call, so no limit was lowered. ${waited}`}</p>
      </section>
    );
  }
  const cooldownMs = figures.limits.reduce((sum, { holdMs }) => sum + holdMs, 0);
  const refused = figures.limits.reduce((sum, limit) => sum + limit.refused, 0);
  return (
    <section>
      <h3>Rate limiter</h3>
      <p className="muted">
        {`Call limit lowered ${countOf(refused, 'time')}. Cooldowns: ${formatDuration(cooldownMs)} in total. ${waited}`}
      </p>
      <DataTable name="Rate limiter" columns={COLUMNS} rows={rows} keyOf={({ seq }) => seq} />
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'At', className: 'num', cell: ({ t }) => formatDuration(t) },
  { head: 'Origin', cell: ({ origin }) => origin },
  { head: 'Call limit', figures: true, cell: ({ after }) => after },
  { head: 'Meaning', cell: (step) => limitText(step) },
];
