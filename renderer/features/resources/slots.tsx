import { formatDuration, formatMemory, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import type { SlotFigures } from '../../../shared/figures/resources.ts';
import type { SlotState } from '../../../shared/run/slot-state.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import type { Step } from '../../state/curves/steps.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { type SlotStatus, slotStatus } from './slot-status.ts';
import { Spark } from './spark.tsx';

const MIB = 1024 * 1024;
type Sample = RunState['samples'][number]['slots'][number];

interface Row {
  slot: SlotState;
  status: SlotStatus;
  use: SlotFigures | undefined;
  /** Null: the slot's process was never sampled. */
  sampled: { now: Sample | null; cpu: readonly Step[]; memory: readonly Step[] } | null;
  until: number;
  memoryMib: number;
}

/** The slots: process, activity, and memory and CPU use compared with the memory limit. */
export function Slots({ figures }: { figures: RunFiguresState }) {
  return (
    <section>
      <h3>Slots</h3>
      <DataTable name="Slots" columns={COLUMNS} rows={rowsOf(figures)} keyOf={({ slot }) => slot.slot} />
    </section>
  );
}

function rowsOf({ state, figures, now }: RunFiguresState): Row[] {
  const busy = new Set([...state.running].map((turn) => turn.slot));
  const last = new Set(state.samples.at(-1)?.slots);
  return [...state.slots.values()]
    .sort((a, b) => a.slot - b.slot)
    .map((slot) => {
      const own = state.samples.flatMap(({ t, slots }) => {
        const sample = slots.find((one) => one.slot === slot.slot);
        return sample ? [{ t, sample }] : [];
      });
      const latest = own.at(-1)?.sample;
      const sampled = {
        now: latest && last.has(latest) ? latest : null,
        cpu: own.map(({ t, sample }) => ({ t, value: sample.cpu_percent })),
        memory: own.map(({ t, sample }) => ({ t, value: sample.memory_bytes / MIB })),
      };
      return {
        slot,
        status: slotStatus(state, slot, busy),
        use: figures.slotUse.find((use) => use.slot === slot.slot),
        sampled: latest ? sampled : null,
        until: now,
        memoryMib: figures.slotMemoryMib,
      };
    });
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'Slot', heads: true, cell: ({ slot }) => slot.slot },
  { head: 'Process', cell: ({ slot }) => slot.where ?? '–' },
  { head: 'State', cell: ({ status }) => <State status={status} /> },
  { head: 'Turns', figures: true, cell: ({ use }) => use?.turns ?? 0 },
  {
    head: 'Busy',
    figures: true,
    cell: ({ use, until }) =>
      use ? `${formatDuration(use.busyMs)} · ${formatPercent(until > 0 ? use.busyMs / until : 0)}` : '–',
  },
  { head: 'CPU over time', cell: (row) => <Cpu row={row} /> },
  {
    head: 'CPU now, peak',
    figures: true,
    cell: ({ sampled, use }) =>
      sampled === null || use?.peakCpu == null
        ? 'not measured'
        : `${sampled.now ? `${formatNumber(sampled.now.cpu_percent)}%` : '–'}, ${formatNumber(use.peakCpu)}%`,
  },
  { head: 'Memory over time', cell: (row) => <Memory row={row} /> },
  {
    head: 'Memory now, peak, limit',
    figures: true,
    cell: ({ sampled, slot, memoryMib }) =>
      sampled === null
        ? 'not measured'
        : `${sampled.now ? formatMemory(sampled.now.memory_bytes) : '–'}, ${formatMemory(slot.peakMemoryBytes)}, ${formatNumber(memoryMib)} MiB`,
  },
  { head: 'Restarts', figures: true, cell: ({ use }) => use?.restarts ?? 0 },
];

function State({ status }: { status: SlotStatus }) {
  const color = status === 'running' ? 'var(--running)' : status === 'ready' ? 'var(--done)' : 'var(--waiting)';
  return (
    <>
      <span className="dot" style={{ '--c': color }} /> {status}
    </>
  );
}

function Cpu({ row: { slot, use, sampled, until } }: { row: Row }) {
  if (!sampled || use?.peakCpu == null) return null;
  const full = Math.max(100, use.peakCpu);
  const label = `CPU of slot ${slot.slot}: peak ${formatNumber(use.peakCpu)}% of a core`;
  return <Spark steps={sampled.cpu} full={full} until={until} color="var(--series-1)" label={label} />;
}

function Memory({ row: { slot, sampled, until, memoryMib } }: { row: Row }) {
  if (!sampled) return null;
  const peak = slot.peakMemoryBytes / MIB;
  const label = `Memory of slot ${slot.slot}: peak ${formatNumber(peak)} of ${formatNumber(memoryMib)} MiB`;
  return (
    <Spark
      steps={sampled.memory}
      full={Math.max(peak, memoryMib)}
      limit={memoryMib}
      until={until}
      color="var(--series-4)"
      label={label}
    />
  );
}
