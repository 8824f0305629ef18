import '../../base/theme/notices.css';
import { call } from '../../base/bridge.ts';
import { showFailure } from '../../state/commands/run-commands.ts';
import { syncEdits } from '../../state/edits.ts';
import { useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

/** Reports that the crew in the window comes from elsewhere, and offers to trust it. */
export function TrustBar() {
  const win = useWindowState();
  const isForeign = useUi(({ origin, loading }) => origin === 'foreign' && loading === null);
  if (!isForeign) return null;
  return (
    <section className="notice" aria-label="Trust" role="status">
      <span className="text">This crew comes from elsewhere. You can look at it, edit it and rehearse it.</span>
      <button type="button" className="button" onClick={() => void askToTrust(win)}>
        Trust this crew…
      </button>
    </section>
  );
}

async function askToTrust(win: WindowState): Promise<void> {
  // Main asks about the crew as it is in the window now.
  if (await syncEdits(win)) showFailure(win, await call('trust.crew', {}));
}
