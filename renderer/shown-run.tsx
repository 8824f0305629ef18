import { formatDateTime } from '../shared/figures/format.ts';
import { closeRun, useRun } from './state/run.ts';
import { useWindowState } from './state/window-state.ts';

/** Which run the panels show: when it was started, of which crew, with which model, and how it ended. */
export function ShownRun() {
  const win = useWindowState();
  // The run is folded in place; its number shows changes.
  useRun((run) => run.seq);
  const { id, state, crew, live, reading } = useRun((run) => run);
  const started = state?.started;
  if (id === null || !state || !started || !crew) return null;
  const { provider, model, slots } = started.settings;
  const facts = [
    formatDateTime({ wallMs: started.wall_ms, utcOffsetMin: started.utc_offset_min }),
    started.batch ? `row ${started.batch.row} of a batch` : null,
    started.rehearsal ? 'Rehearsal' : [provider, model].filter(Boolean).join(' '),
    `${slots} ${slots === 1 ? 'slot' : 'slots'}`,
  ].filter((fact) => fact !== null);
  return (
    <section className="shown-run" aria-label="Shown run">
      <span className="ellipsis" title={`Run ${id}`}>
        Run of <strong>{crew.name}</strong>
        {facts.map((fact) => ` · ${fact}`).join('')}
        {` · ${outcomeText(state.outcome, { live, reading })}`}
      </span>
      <span className="grow" />
      {!live && (
        <button type="button" className="button quiet" onClick={() => closeRun(win)}>
          Close run
        </button>
      )}
    </section>
  );
}

function outcomeText(outcome: string | null, { live, reading }: { live: boolean; reading: boolean }): string {
  if (live) return 'running';
  if (reading) return 'loading…';
  return outcome?.replace('_', ', ') ?? 'interrupted';
}
