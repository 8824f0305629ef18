import { PLAIN_TEXT } from '../../../shared/figures/catalogue/figure.ts';
import { TERMS } from '../../../shared/figures/catalogue/terms.ts';
import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { spentText } from '../../../shared/figures/spent/spent-text.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import type { RunFigures } from '../../state/figures/folded-run.ts';
import { Block, Name, Share } from './figure.tsx';

type Spent = RunFigures['spent'][number];
type Tool = RunFigures['tools'][number];
type Model = RunFigures['models'][number];

/** What the busy time of the run was spent on. */
export function SpentTime({ figures: { spent } }: { figures: RunFigures }) {
  return (
    <Block title={TERMS.spent.label} definition={TERMS.spent.definition}>
      {spent.length === 0 && <p className="muted">No slot has been busy.</p>}
      {spent.map((figure) => (
        <Share
          key={`${figure.kind} ${figure.name ?? ''}`}
          name={spentText(figure, PLAIN_TEXT)}
          share={figure.share}
          value={`${formatDuration(figure.ms)}, ${formatPercent(figure.share)}`}
          color={colorOf(figure)}
        />
      ))}
    </Block>
  );
}

function colorOf({ kind }: Spent): string {
  switch (kind) {
    case 'model':
    case 'tool':
    case 'slot':
      return 'var(--running)';
    case 'permit':
    case 'lease':
    case 'person':
      return 'var(--waiting)';
    case 'failed':
    case 'lost':
      return 'var(--failed)';
  }
}

const TOOL_COLUMNS: readonly Column<Tool>[] = [
  { head: 'Tool', cell: ({ name }) => <Name>{name}</Name> },
  { head: 'Calls', figures: true, cell: ({ calls }) => formatNumber(calls) },
  { head: 'Failed', figures: true, cell: ({ failed }) => formatNumber(failed) },
  { head: 'p50', figures: true, cell: ({ p50Ms }) => durationOrNone(p50Ms) },
  { head: 'p95', figures: true, cell: ({ p95Ms }) => durationOrNone(p95Ms) },
];

const MODEL_COLUMNS: readonly Column<Model>[] = [
  { head: 'Model', cell: ({ model }) => <Name>{model}</Name> },
  { head: 'Calls', figures: true, cell: ({ usage }) => formatNumber(usage.calls) },
  { head: 'p50', figures: true, cell: ({ p50Ms }) => durationOrNone(p50Ms) },
  { head: 'First token', figures: true, cell: ({ firstTokenP50Ms }) => durationOrNone(firstTokenP50Ms) },
  {
    head: 'Tokens/s',
    figures: true,
    cell: ({ tokensPerSecond }) => (tokensPerSecond === null ? '' : formatNumber(tokensPerSecond, 1)),
  },
];

/** The figures of each tool. */
export function Tools({ figures: { tools } }: { figures: RunFigures }) {
  return (
    <Block title="Tools" definition={TERMS.calls.definition}>
      <DataTable name="Tools" columns={TOOL_COLUMNS} rows={tools} keyOf={({ name }) => name} />
    </Block>
  );
}

/** The figures of each model. */
export function Models({ figures: { models } }: { figures: RunFigures }) {
  return (
    <Block title="Models" definition={TERMS.calls.definition}>
      <DataTable name="Models" columns={MODEL_COLUMNS} rows={models} keyOf={({ model }) => model} />
    </Block>
  );
}

function durationOrNone(ms: number | null): string {
  return ms === null ? '' : formatDuration(ms);
}
