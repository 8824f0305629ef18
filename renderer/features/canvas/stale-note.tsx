import { Panel } from 'reactflow';
import { countOf } from '../../../shared/figures/format.ts';
import { AgainButton } from '../../state/commands/again-button.tsx';
import type { RerunTarget } from '../../state/commands/rerun-commands.ts';
import { useStale } from '../../state/stale.ts';

const STALE: RerunTarget = { kind: 'stale' };

/** How many results are stale, with the way to bring them up to date. */
export function StaleNote() {
  const count = useStale(({ stale }) => stale?.size ?? 0);
  if (count === 0) return null;
  return (
    <Panel position="bottom-center" className="stale-note">
      <span>{countOf(count, 'stale result')}</span>
      <AgainButton what={STALE} label="Rerun stale tasks" />
    </Panel>
  );
}
