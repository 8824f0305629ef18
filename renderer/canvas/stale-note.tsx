import { Panel } from 'reactflow';
import { countOf } from '../../app/reports/format.ts';
import { planText, rerunShown } from '../commands/rerun-commands.ts';
import { useStale } from '../store/stale.ts';
import { useUi } from '../store/ui.ts';

/** How many results are stale, with the way to bring them up to date. */
export function StaleNote() {
  const count = useStale(({ stale }) => stale?.size ?? 0);
  const busy = useUi((ui) => ui.busy);
  if (count === 0) return null;
  return (
    <Panel position="bottom-center" className="stale-note">
      <span>{countOf(count, 'stale result')}</span>
      <button
        type="button"
        className="button"
        disabled={busy !== null}
        title={planText({ kind: 'stale' }) ?? ''}
        onClick={() => rerunShown({ kind: 'stale' })}
      >
        Run what is stale
      </button>
    </Panel>
  );
}
