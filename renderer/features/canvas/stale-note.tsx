import { Panel } from 'reactflow';
import { countOf } from '../../../shared/figures/format.ts';
import { RerunButton } from '../../state/commands/rerun-button.tsx';
import type { RerunTarget } from '../../state/commands/rerun-commands.ts';
import { useStale } from '../../state/stale.ts';

const STALE: RerunTarget = { kind: 'stale' };

/** The number of stale results, with the command that reruns them. */
export function StaleNote() {
  const count = useStale(({ stale }) => stale?.size ?? 0);
  if (count === 0) return null;
  return (
    <Panel position="top-center" className="stale-note">
      <span>{countOf(count, 'stale result')}</span>
      <RerunButton what={STALE} label="Rerun stale tasks" />
    </Panel>
  );
}
