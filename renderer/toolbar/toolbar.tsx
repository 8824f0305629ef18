import { carryOut } from '../commands/commands.ts';
import { changeSlots, isPaused } from '../commands/run-commands.ts';
import { useIsUnpaid, useOpenReviews } from '../inbox/use-inbox.ts';
import { useBatch } from '../store/batch.ts';
import { edit, isEdited, useDocument, useHistory } from '../store/document.ts';
import { duration } from '../store/format.ts';
import { usePrediction } from '../store/prediction.ts';
import { useRun } from '../store/run.ts';
import { useUi } from '../store/ui.ts';
import { ProviderChoice } from './provider-choice.tsx';

const MAX_SLOTS = 64;
const NOTHING_TO_RUN = 'The crew has no task yet: press T to add one.';

export function Toolbar() {
  const { canUndo, canRedo } = useHistory();
  const mac = useUi((ui) => ui.app.platform) === 'darwin';
  return (
    <header className="toolbar">
      <CrewName />
      <span className="separator" />
      <RunButtons />
      <span className="separator" />
      <Slots />
      <ProviderChoice />
      <Predicted />
      <span className="grow" />
      <button
        type="button"
        className="button quiet icon"
        aria-label="Undo"
        title="Undo"
        disabled={!canUndo}
        onClick={() => carryOut('undo')}
      >
        ↶
      </button>
      <button
        type="button"
        className="button quiet icon"
        aria-label="Redo"
        title="Redo"
        disabled={!canRedo}
        onClick={() => carryOut('redo')}
      >
        ↷
      </button>
      <button type="button" className="button quiet" onClick={() => carryOut('auto_layout')}>
        Auto layout
      </button>
      <button type="button" className="button quiet" aria-label="Search" onClick={() => carryOut('palette')}>
        {mac ? '⌘K' : 'Ctrl K'} <span className="wide-only">Search</span>
      </button>
      <ReviewsButton />
      <ExportButton />
    </header>
  );
}

function CrewName() {
  const name = useDocument(({ project }) => project.name);
  const edited = useDocument(isEdited);
  const path = useDocument((document) => document.path);
  return (
    <>
      <span className="name ellipsis" title={path ?? 'Not saved yet'}>
        {name}
      </span>
      <span className="faint edited">{edited ? 'edited' : ''}</span>
    </>
  );
}

function RunButtons() {
  const live = useRun((run) => run.live);
  const seq = useRun((run) => run.seq);
  const outcome = useRun((run) => run.state?.outcome ?? null);
  const shown = useRun((run) => run.id !== null);
  const busy = useUi((ui) => ui.busy);
  const isEmpty = useDocument(({ project }) => project.tasks.length === 0);
  const batch = useBatch((one) => one.live);
  const canResume = seq > 0 && ((live && isPaused()) || (!live && shown && outcome === null));
  return (
    <>
      <button
        type="button"
        className="button primary"
        disabled={live || batch || isEmpty || busy === 'starting'}
        aria-description={isEmpty ? NOTHING_TO_RUN : undefined}
        title={isEmpty ? NOTHING_TO_RUN : undefined}
        onClick={() => carryOut('run')}
      >
        <span aria-hidden="true">▶</span> Run
      </button>
      {canResume ? (
        <button type="button" className="button" onClick={() => carryOut('pause')}>
          <span aria-hidden="true">▶</span> Resume
        </button>
      ) : (
        <button type="button" className="button" disabled={!live} onClick={() => carryOut('pause')}>
          <span aria-hidden="true">❚❚</span> Pause
        </button>
      )}
      <button type="button" className="button" disabled={!live} onClick={() => carryOut('stop')}>
        <span aria-hidden="true">■</span> Stop
      </button>
    </>
  );
}

/** While a run goes on the number is the run's; it stays in the crew either way. */
function Slots() {
  const slots = useDocument(({ project }) => project.settings.max_concurrent_tasks);
  const set = (value: number) => {
    const next = Math.min(MAX_SLOTS, Math.max(1, Math.round(value)));
    if (!Number.isFinite(next) || next === slots) return;
    edit((draft) => {
      draft.settings.max_concurrent_tasks = next;
    }, 'slots');
    void changeSlots(next);
  };
  return (
    <>
      <label className="muted" htmlFor="slots">
        Slots
      </label>
      <span className="stepper num">
        <button type="button" aria-label="One slot less" onClick={() => set(slots - 1)}>
          −
        </button>
        <input
          id="slots"
          type="number"
          min={1}
          max={MAX_SLOTS}
          value={slots}
          onChange={(event) => set(event.target.valueAsNumber)}
        />
        <button type="button" aria-label="One slot more" onClick={() => set(slots + 1)}>
          +
        </button>
      </span>
    </>
  );
}

function Predicted() {
  const { prediction, oneSlotMs } = usePrediction();
  const tasks = useDocument(({ project }) => project.tasks.length);
  const slots = useDocument(({ project }) => project.settings.max_concurrent_tasks);
  if (tasks === 0) return null;
  if (prediction.makespan_ms === null) return <span className="chip unknown">predicted: unknown</span>;
  const saved = oneSlotMs ? Math.round((1 - prediction.makespan_ms / oneSlotMs) * 100) : 0;
  return (
    <span
      className="chip num"
      title="The schedule that the estimates lead to; learned from earlier runs where there are any"
    >
      predicted {duration(prediction.makespan_ms)}
      {saved > 0 && <span className="wide-only">{`· ${slots} slots save ${saved} %`}</span>}
    </span>
  );
}

/** Only there while something waits for a person. */
function ReviewsButton() {
  const waiting = useOpenReviews().length;
  const isUnpaid = useIsUnpaid();
  const isShown = useUi((ui) => ui.inbox);
  const reviews = waiting === 1 ? '1 review' : `${waiting} reviews`;
  const budget = waiting > 0 ? 'Budget' : 'Budget used up';
  const said = [...(isUnpaid ? [budget] : []), ...(waiting > 0 ? [reviews] : [])];
  if (said.length === 0) return null;
  return (
    <button
      type="button"
      className="button waiting-for-you num"
      aria-expanded={isShown}
      onClick={() => carryOut('reviews')}
    >
      {said.join(' · ')}
    </button>
  );
}

function ExportButton() {
  const shown = useRun((run) => run.id !== null);
  const busy = useUi((ui) => ui.busy);
  return (
    <button
      type="button"
      className="button"
      disabled={!shown || busy === 'exporting'}
      onClick={() => carryOut('export')}
    >
      <span aria-hidden="true">⇩</span> Export reports
    </button>
  );
}
