import { Panel } from 'reactflow';
import { openCrewOfRun } from '../../state/commands/file-commands.ts';
import { useDocument } from '../../state/document.ts';
import { closeRun, useRun } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Reports that the canvas shows the crew of another run, with the ways back to editing. */
export function OtherCrewNote() {
  const win = useWindowState();
  const edited = useDocument(({ stashed }) => stashed?.crew.name ?? null);
  const name = useDocument(({ crew }) => crew.name);
  const live = useRun((run) => run.live);
  if (edited === null) return null;
  return (
    <Panel position="top-center" className="other-crew-note" role="note">
      <span>
        <strong>{name}</strong> as it was run (read-only)
      </span>
      <button type="button" className="button primary" onClick={() => closeRun(win)}>
        Back to editing {edited}
      </button>
      <button type="button" className="button" disabled={live} onClick={() => void openCrewOfRun(win)}>
        Open as new crew
      </button>
    </Panel>
  );
}
