import { formatDuration, formatNumber } from '../../shared/figures/format.ts';
import { restartsText } from '../../shared/figures/slot-labels.ts';
import { type RunFigures, waitedMs } from '../figures/folded-run.ts';
import { Block, Figure } from './figure.tsx';

/** What went wrong on the way and was overcome: attempts, processes, refusals by the provider. */
export function Reliability({ figures }: { figures: RunFigures }) {
  const { agents, retried, slotUse, limits } = figures;
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const refused = limits.reduce((sum, limit) => sum + limit.refused, 0);
  return (
    <Block title="Reliability">
      <dl className="figures">
        <Figure name="Failed turns" value={formatNumber(failures)} of="failed_turns" />
        <Figure name="Tasks with several attempts" value={formatNumber(retried)} of="failed_turns" />
        <Figure name="Slots restarted" value={restartsText(slotUse)} of="restarts" />
        <Figure name="Limiter stepped down" value={refused === 0 ? 'never' : `${refused} ×`} of="refusals" />
        <Figure name="Waited for the provider" value={formatDuration(waitedMs(figures, 'rate_limit'))} of="refusals" />
      </dl>
    </Block>
  );
}
