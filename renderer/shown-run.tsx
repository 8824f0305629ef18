import { formatDateTime } from '../shared/figures/format.ts';
import { closeRun, useRun } from './state/run.ts';
import type { OpenRun } from './state/stores/run-store.ts';
import { useWindowState } from './state/window-state.ts';

/** Describes the run that the panels show: its crew, start, model, slots and outcome. */
export function ShownRun() {
  const win = useWindowState();
  // The run changes in place: its number of events shows changes.
  useRun((run) => run.seq);
  const run = useRun((run) => run);
  if (run.status === 'none') return null;
  const { id, state, crew, live } = run;
  const { started } = state;
  if (!started) return null;
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
        {` · ${statusText(run)}`}
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

function statusText({ status, live, state }: OpenRun): string {
  switch (status) {
    case 'loading':
      return live ? 'running' : 'loading…';
    case 'live':
      return 'running';
    case 'ended':
      return state.outcome?.replace('_', ', ') ?? 'interrupted';
  }
}
