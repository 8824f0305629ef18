import { formatDuration } from '../../../shared/figures/format.ts';
import { exitText } from '../../../shared/figures/slot-labels.ts';
import type { SlotExit } from '../../../shared/run/slot-state.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import { type Column, DataTable } from '../../base/table/data-table.tsx';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

interface Row {
  slot: number;
  exit: SlotExit;
  text: string;
  /** The turn that ended with the process. */
  turn: TurnState | undefined;
}

/** Slot processes that exited unexpectedly: when, why, and which turn they were running. */
export function ProcessExits({ figures: { state, figures } }: { figures: RunFiguresState }) {
  const rows = figures.slotUse
    .flatMap(({ slot, exits }) =>
      exits.map(
        (exit): Row => ({
          slot,
          exit,
          text: exitText(exit, figures.slotMemoryMib),
          turn: turnAt(state, slot, exit.t),
        }),
      ),
    )
    .sort((a, b) => a.exit.t - b.exit.t);
  return (
    <section>
      <h3>Process exits</h3>
      {rows.length === 0 ? (
        <p className="muted">No process crashed, hung or exceeded its memory limit.</p>
      ) : (
        <DataTable
          name="Process exits"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ slot, exit }) => `${slot} ${exit.t} ${exit.where}`}
        />
      )}
    </section>
  );
}

function turnAt({ turns }: RunState, slot: number, t: number): TurnState | undefined {
  return turns.findLast((turn) => turn.slot === slot && turn.start <= t && (turn.end ?? t) >= t);
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'At', className: 'num', cell: ({ exit }) => formatDuration(exit.t) },
  { head: 'Slot', className: 'num', cell: ({ slot }) => slot },
  { head: 'What happened', cell: ({ text }) => text },
  { head: 'Running turn', cell: ({ turn }) => (turn ? <TurnLink turn={turn} /> : 'nothing') },
];

function TurnLink({ turn: { task, attempt } }: { turn: TurnState }) {
  const win = useWindowState();
  return (
    <button type="button" className="plain" onClick={() => select(win, `task:${task}`)}>
      {`${task}, attempt ${attempt}`}
    </button>
  );
}
