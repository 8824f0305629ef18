import type { MeasuredFigures } from '../../app/reports/figures.ts';
import { formatNumber, formatSeconds } from '../../app/reports/format.ts';
import { limitWaitMs, restartsText } from '../../app/reports/slot-words.ts';
import { Block, Figure } from './figure.tsx';

/** What went wrong on the way and was overcome: attempts, processes, refusals by the provider. */
export function Reliability({ figures }: { figures: MeasuredFigures }) {
  const { agents, tasks, slotUse, limits } = figures;
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const retried = tasks.filter(({ attempts }) => attempts > 1).length;
  const refused = limits.reduce((sum, limit) => sum + limit.refused, 0);
  return (
    <Block title="Reliability">
      <dl className="figures">
        <Figure name="Failed turns" value={formatNumber(failures)} of="failed_turns" />
        <Figure name="Tasks with several attempts" value={formatNumber(retried)} of="failed_turns" />
        <Figure name="Slots restarted" value={restartsText(slotUse)} of="restarts" />
        <Figure name="Limiter stepped down" value={refused === 0 ? 'never' : `${refused} ×`} of="refusals" />
        <Figure name="Waited for the provider" value={formatSeconds(limitWaitMs(tasks))} of="refusals" />
      </dl>
    </Block>
  );
}
