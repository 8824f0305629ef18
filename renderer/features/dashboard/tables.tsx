import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import type { RunFigures } from '../../state/figures/folded-run.ts';
import { Block, Name } from './figure.tsx';

type Agent = RunFigures['agents'][number];
type Category = RunFigures['categories'][number];
type Entry = RunFigures['workload'][number];

const AGENT_COLUMNS: readonly Column<Agent>[] = [
  { head: 'Agent', cell: ({ agent }) => <Name>{agent}</Name> },
  {
    head: 'Done',
    figures: true,
    cell: ({ completed, tasks }) => `${formatNumber(completed)} of ${formatNumber(tasks)}`,
  },
  { head: 'Busy', figures: true, cell: ({ busyMs }) => formatDuration(busyMs) },
  { head: 'Tokens', figures: true, cell: ({ usage }) => formatNumber(usage.promptTokens + usage.completionTokens) },
  { head: 'Failures', figures: true, cell: ({ failures }) => failures },
];

/** The figures of each agent. */
export function Agents({ figures: { agents } }: { figures: RunFigures }) {
  return (
    <Block title="Agents">
      <DataTable name="Agents" columns={AGENT_COLUMNS} rows={agents} keyOf={({ agent }) => agent} />
    </Block>
  );
}

const CATEGORY_COLUMNS: readonly Column<Category>[] = [
  { head: 'Category', cell: ({ category }) => <Name>{category}</Name> },
  { head: 'Tasks', figures: true, cell: ({ total }) => formatNumber(total) },
  {
    head: 'Concurrent, sequential',
    figures: true,
    cell: ({ concurrent, sequential }) => `${formatNumber(concurrent)}, ${formatNumber(sequential)}`,
  },
  { head: 'Success', figures: true, cell: ({ successRate }) => formatPercent(successRate) },
  { head: 'Busy', figures: true, cell: ({ busyMs }) => formatDuration(busyMs) },
];

/** The figures of each category of tasks. */
export function Categories({ figures: { categories } }: { figures: RunFigures }) {
  return (
    <Block title="Categories">
      <DataTable name="Categories" columns={CATEGORY_COLUMNS} rows={categories} keyOf={({ category }) => category} />
    </Block>
  );
}

const WORKLOAD_COLUMNS: readonly Column<Entry>[] = [
  { head: 'Entry', cell: ({ name }) => name.replaceAll('_', ' ') },
  { head: 'Declared', figures: true, cell: ({ declared }) => formatNumber(declared) },
  {
    head: 'Measured',
    figures: true,
    cell: ({ measured }) => (measured === null ? 'not measured' : formatNumber(measured)),
  },
];

/** The declared and the measured amounts of the workload. */
export function Workload({ figures: { workload } }: { figures: RunFigures }) {
  return (
    <Block title="Workload">
      <DataTable
        name="Workload"
        columns={WORKLOAD_COLUMNS}
        rows={workload}
        keyOf={({ name }) => name}
        row={({ by }) => ({ title: by })}
      />
    </Block>
  );
}
