import { useRef } from 'react';
import { NumberStepper } from '../../base/fields/number-field.tsx';
import { Subject } from '../../base/fields/use-entry.ts';
import { duration } from '../../base/format.ts';
import { Icon, type IconName } from '../../base/icons.tsx';
import { useFitted } from '../../base/use-fitted.ts';
import { useBatch } from '../../state/batch.ts';
import { autoLayout, cancelLayout } from '../../state/canvas/view.ts';
import { type Command, perform } from '../../state/command.ts';
import { redoCommand, undoCommand } from '../../state/commands/edit-commands.ts';
import {
  changeSlots,
  exportCommand,
  isPaused,
  pauseCommand,
  runCommand,
  runRefusal,
  stopCommand,
} from '../../state/commands/run-commands.ts';
import { edit, isEdited, useDocument, useHistory } from '../../state/document.ts';
import { toggleInbox, useAwaitsBudget, useOpenQuestions, useOpenReviews } from '../../state/inbox.ts';
import { usePredictedLimits, usePrediction } from '../../state/prediction.ts';
import { useRun } from '../../state/run.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { ProviderChoice } from './provider-choice.tsx';
import './toolbar.css';
import { useWindowState } from '../../state/window-state.ts';

const MAX_SLOTS = 64;
/** The number of steps in which the toolbar can shrink: see toolbar.css. */
const STEPS = 6;

/** The toolbar: crew, run, slots, provider, prediction and tools. */
export function Toolbar() {
  const win = useWindowState();
  const { canUndo, canRedo } = useHistory();
  const mac = useUi((ui) => ui.app.platform) === 'darwin';
  const row = useRef<HTMLElement>(null);
  useFitted(row, STEPS);
  return (
    <header className="toolbar" ref={row} data-keys="fields">
      <CrewName />
      <span className="separator" />
      <RunButtons />
      <span className="separator" />
      <Slots />
      <ProviderChoice />
      <Predicted />
      <span className="grow" />
      <Tool icon="undo" name="Undo" act={() => perform(win, undoCommand)} disabled={!canUndo} />
      <Tool icon="redo" name="Redo" act={() => perform(win, redoCommand)} disabled={!canRedo} />
      <LayoutButton />
      <Tool icon="search" name="Search" act={() => showDialog(win, 'palette')} hiddenAt="hides-at-2">
        <span className="hides-at-1">Search</span>
        <kbd>{mac ? '⌘K' : 'Ctrl K'}</kbd>
      </Tool>
      <ReviewsButton />
      <ExportButton />
    </header>
  );
}

type ToolProps = {
  icon: IconName;
  name: string;
  act: () => void;
  disabled?: boolean;
} & (
  | { hiddenAt?: never; children?: never }
  | {
      /** The step at which the label next to the icon is hidden. */
      hiddenAt: string;
      children: React.ReactNode;
    }
);

/** A button at the right end of the toolbar: an icon, and a label if there is room. */
function Tool({ icon, name, act, disabled = false, hiddenAt, children }: ToolProps) {
  return (
    <button
      type="button"
      className={children ? 'button quiet' : 'button quiet icon'}
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={act}
    >
      <Icon name={icon} />
      {children && <span className={`words ${hiddenAt}`}>{children}</span>}
    </button>
  );
}

/** Starts auto layout, or cancels it while it is in progress. */
function LayoutButton() {
  const win = useWindowState();
  const isLayingOut = useUi((ui) => ui.isLayingOut);
  return isLayingOut ? (
    <button type="button" className="button quiet" title="Cancel layout" onClick={() => cancelLayout(win)}>
      Cancel layout
    </button>
  ) : (
    <Tool icon="layout" name="Auto layout" act={() => void autoLayout(win)} hiddenAt="hides-at-1">
      Auto layout
    </Tool>
  );
}

function CrewName() {
  const name = useDocument(({ crew }) => crew.name);
  const edited = useDocument(isEdited);
  const path = useDocument((document) => document.path);
  return (
    <>
      <h1 className="name ellipsis" title={path ?? 'Not saved yet'}>
        {name}
      </h1>
      <span className="faint edited hides-at-6">{edited ? 'edited' : ''}</span>
    </>
  );
}

function RunButtons() {
  const win = useWindowState();
  const live = useRun((run) => run.live);
  const seq = useRun((run) => run.seq);
  const outcome = useRun((run) => run.state?.outcome ?? null);
  const hasEnded = useRun((run) => run.status === 'ended');
  const busy = useUi((ui) => ui.busy);
  const batch = useBatch((one) => one.live);
  const refusal = useDocument(runRefusal) ?? undefined;
  const canResume = seq > 0 && ((live && isPaused(win)) || (hasEnded && outcome === null));
  const canPause = live || canResume;
  return (
    <>
      <button
        type="button"
        className="button primary"
        disabled={live || batch || refusal !== undefined || busy === 'starting'}
        aria-description={refusal}
        title={refusal}
        onClick={() => perform(win, runCommand)}
      >
        <Icon name="run" /> Run
      </button>
      <Control
        icon={canResume ? 'run' : 'pause'}
        name={canResume ? 'Resume' : 'Pause'}
        command={pauseCommand}
        isDisabled={!canPause}
      />
      <Control icon="stop" name="Stop" command={stopCommand} isDisabled={!live} />
    </>
  );
}

/** The controls of a run in progress. */
function Control({
  icon,
  name,
  command,
  isDisabled,
}: {
  icon: IconName;
  name: string;
  command: Command;
  isDisabled: boolean;
}) {
  const win = useWindowState();
  return (
    <button
      type="button"
      className="button"
      aria-label={name}
      title={name}
      disabled={isDisabled}
      onClick={() => perform(win, command)}
    >
      <Icon name={icon} /> <span className="hides-at-5">{name}</span>
    </button>
  );
}

/** During a run, changes the slots of the run. The number is stored in the crew in both cases. */
function Slots() {
  const win = useWindowState();
  const slots = useDocument(({ crew }) => crew.settings.max_concurrent_tasks);
  const set = (next: number | undefined) => {
    if (next === undefined) return;
    edit(
      win,
      (draft) => {
        draft.settings.max_concurrent_tasks = next;
      },
      'slots',
    );
    void changeSlots(win, next);
  };
  return (
    <>
      <span className="muted hides-at-4" aria-hidden="true">
        Slots
      </span>
      <Subject value="crew">
        <NumberStepper
          label="Slots"
          value={slots}
          rule={{ min: 1, max: MAX_SLOTS }}
          less="Remove a slot"
          more="Add a slot"
          onChange={set}
        />
      </Subject>
    </>
  );
}

const PREDICTED_HINT = 'Makespan predicted from estimates, which are learned from earlier runs where available.';

function Predicted() {
  const { prediction, oneSlotMs, pending } = usePrediction((predicted) => predicted);
  const limits = usePredictedLimits();
  const tasks = useDocument(({ crew }) => crew.tasks.length);
  const slots = useDocument(({ crew }) => crew.settings.max_concurrent_tasks);
  const isOther = useDocument(({ stashed }) => stashed !== null);
  if (tasks === 0 || isOther) return null;
  if (prediction.makespan_ms === null)
    return <span className="chip unknown">{`predicted: ${pending ? 'Simulating…' : 'unknown'}`}</span>;
  const saved = oneSlotMs ? Math.round((1 - prediction.makespan_ms / oneSlotMs) * 100) : 0;
  return (
    <span className="chip num" title={`${PREDICTED_HINT}${limits === null ? '' : ` ${limits}`}`}>
      <span className="hides-at-4">predicted</span> {duration(prediction.makespan_ms)}
      {saved > 0 && <span className="hides-at-3">{`· ${slots} slots save ${saved}%`}</span>}
    </span>
  );
}

/** Rendered only while a review or a budget question is open. */
function ReviewsButton() {
  const win = useWindowState();
  const openReviews = useOpenReviews().length;
  const waiting = openReviews + useOpenQuestions().length;
  const awaitsBudget = useAwaitsBudget();
  const isShown = useUi((ui) => ui.inbox);
  const reviews = waiting === 1 ? '1 review' : `${waiting} reviews`;
  const budget = waiting > 0 ? 'Budget' : 'Budget used up';
  const labels = [...(awaitsBudget ? [budget] : []), ...(waiting > 0 ? [reviews] : [])];
  if (labels.length === 0) return null;
  return (
    <button
      type="button"
      className="button waiting-for-you num"
      aria-expanded={isShown}
      onClick={() => toggleInbox(win)}
    >
      {labels.join(' · ')}
    </button>
  );
}

function ExportButton() {
  const win = useWindowState();
  const shown = useRun((run) => run.id !== null);
  const busy = useUi((ui) => ui.busy);
  return (
    <button
      type="button"
      className="button"
      aria-label="Export reports"
      title="Export reports"
      disabled={!shown || busy === 'exporting'}
      onClick={() => perform(win, exportCommand)}
    >
      <Icon name="export" /> <span className="hides-at-5">Export reports</span>
    </button>
  );
}
