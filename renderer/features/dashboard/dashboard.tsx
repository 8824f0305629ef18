import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import './dashboard.css';
import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { OUTCOME_WORDS } from '../../../shared/figures/labels.ts';
import { Scrollable } from '../../base/scrollable.tsx';
import { waitProperty } from '../../base/theme/wait-colors.ts';
import type { RunFigures } from '../../state/figures/folded-run.ts';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { useRun } from '../../state/run.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { CriticalPathBlock } from './critical-path.tsx';
import { Block, Figures, Share } from './figure.tsx';
import { Simulated } from './simulated-blocks.tsx';
import { Models, SpentTime, Tools } from './spent.tsx';
import { Agents, Categories, Workload } from './tables.tsx';
import { WhySlow } from './why-slow.tsx';

/** The same figures as in the reports, for the run so far. */
export function Dashboard() {
  useMeasuring();
  const measured = useMeasured(({ value }) => value);
  const isDrawn = useRun(({ state }) => state !== null);
  if (!measured && isDrawn) return <div className="empty" aria-busy="true" />;
  if (!measured) {
    return (
      <div className="empty">
        <strong>No figures yet</strong>
        <span>
          Every figure is computed from the run’s events, as in the exported reports. Hover over a figure for its
          definition.
        </span>
      </div>
    );
  }
  const { figures, status } = measured;
  if (status === 'loading') {
    return (
      <div className="empty" aria-busy="true">
        <strong>Loading the run…</strong>
        <span>Figures appear when all events have been loaded.</span>
      </div>
    );
  }
  return (
    <Scrollable className="dashboard">
      {figures.rehearsal && (
        <p className="rehearsal-note">
          Rehearsal: durations and answers are generated, figures are computed from them.
        </p>
      )}
      <div className="blocks">
        <Overall figures={measured} />
        <WhySlow figures={figures} />
        <Concurrency figures={figures} />
        <SpentTime figures={figures} />
        <Waiting figures={figures} />
        <CriticalPathBlock links={figures.path.links} />
        <Agents figures={figures} />
        <Categories figures={figures} />
        {figures.tools.length > 0 && <Tools figures={figures} />}
        {figures.models.length > 0 && <Models figures={figures} />}
        {figures.workload.length > 0 && <Workload figures={figures} />}
        <Block title="Quality">
          <Figures shown={figures.shown.quality} />
        </Block>
        <Block title="Reliability">
          <Figures shown={figures.shown.reliability} />
        </Block>
        <Simulated figures={measured} />
      </div>
    </Scrollable>
  );
}

function outcomeText({ figures, live }: RunFiguresState): string {
  return live ? 'running' : OUTCOME_WORDS[figures.outcome];
}

function Overall({ figures: measured }: { figures: RunFiguresState }) {
  const { figures } = measured;
  const { counts } = figures;
  return (
    <Block title="Overall">
      <p className="outcome">
        {outcomeText(measured)}
        <span className="muted">
          {' '}
          {`${formatNumber(counts.completed)} of ${formatNumber(counts.total)} tasks completed`}
        </span>
      </p>
      <Figures shown={figures.shown.overall} />
    </Block>
  );
}

function Concurrency({ figures: { time, shown } }: { figures: RunFigures }) {
  const { concurrency } = time;
  const total = concurrency.levels.reduce((sum, ms) => sum + ms, 0);
  return (
    <Block title="Concurrency">
      <Figures shown={shown.concurrency} />
      {total > 0 &&
        concurrency.levels.map((ms, level) => (
          <Share
            key={`level ${level.toString()}`}
            name={`${level} at once`}
            share={ms / total}
            value={formatPercent(ms / total)}
            color="var(--running)"
          />
        ))}
    </Block>
  );
}

function Waiting({ figures: { waits } }: { figures: RunFigures }) {
  const most = waits.reduce((peak, { ms }) => Math.max(peak, ms), 1);
  return (
    <Block title="Waiting time, all tasks">
      {waits.length === 0 && <p className="muted">No task has waited.</p>}
      {waits.map(({ reason, ms }) => (
        <Share
          key={reason}
          name={waitPhrase(reason)}
          share={ms / most}
          value={formatDuration(ms)}
          color={`var(${waitProperty(reason)})`}
        />
      ))}
    </Block>
  );
}
