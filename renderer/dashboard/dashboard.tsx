import './dashboard.css';
import { formatCost, formatDollars, formatDuration, formatNumber, formatPercent } from '../../shared/figures/format.ts';
import { OUTCOME_WORDS } from '../../shared/figures/labels.ts';
import { Scrollable } from '../base/scrollable.tsx';
import type { RunFigures } from '../figures/folded-run.ts';
import { useRun } from '../store/run.ts';
import { type RunFiguresState, useMeasured, useMeasuring } from '../timeline/measured.ts';
import { WAIT_PROPERTY } from '../timeline/palette.ts';
import { WAIT_REASON_LABELS } from '../timeline/tooltip-facts.ts';
import { CriticalPathBlock } from './critical-path.tsx';
import { Block, Figure, Share } from './figure.tsx';
import { Reliability } from './reliability.tsx';
import { Simulated } from './simulated-blocks.tsx';
import { Agents, Categories, Workload } from './tables.tsx';

/** The figures of the reports, as far as the run has come. */
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
  const { figures, reading } = measured;
  if (reading) {
    return (
      <div className="empty" aria-busy="true">
        <strong>Loading the run…</strong>
        <span>Its figures follow when all of its events are here.</span>
      </div>
    );
  }
  return (
    <Scrollable className="dashboard">
      {figures.rehearsal && (
        <p className="rehearsal-note">Rehearsal: durations and answers are made up, figures are computed from them.</p>
      )}
      <div className="blocks">
        <Overall figures={measured} />
        <Concurrency figures={figures} />
        <Waiting figures={figures} />
        <CriticalPathBlock links={figures.path.links} />
        <Agents figures={figures} />
        <Categories figures={figures} />
        {figures.workload.length > 0 && <Workload figures={figures} />}
        <Quality figures={figures} />
        <Reliability figures={figures} />
        <Simulated figures={measured} />
      </div>
    </Scrollable>
  );
}

const or = (value: number | null, format: (value: number) => string): string => (value === null ? '–' : format(value));

function standingOf({ figures, live }: RunFiguresState): string {
  return live ? 'running' : OUTCOME_WORDS[figures.outcome];
}

function Overall({ figures: measured }: { figures: RunFiguresState }) {
  const { figures } = measured;
  const { counts, time, usage } = figures;
  return (
    <Block title="Overall">
      <p className="outcome">
        {standingOf(measured)}
        <span className="muted">
          {' '}
          {`${formatNumber(counts.completed)} of ${formatNumber(counts.total)} tasks completed`}
        </span>
      </p>
      <dl className="figures">
        <Figure name="Success rate" value={formatPercent(counts.successRate)} of="success_rate" />
        <Figure name="Makespan" value={formatDuration(time.makespanMs)} of="makespan" />
        {time.pausedMs > 0 && <Figure name="Paused" value={formatDuration(time.pausedMs)} of="paused" />}
        {time.cutOffMs > 0 && <Figure name="Cut off" value={formatDuration(time.cutOffMs)} of="cut_off" />}
        <Figure name="Sequential time" value={formatDuration(time.sequentialMs)} of="sequential_time" />
        <Figure name="Time saved" value={or(time.timeSaved, formatPercent)} of="time_saved" />
        <Figure name="Lower bound" value={formatDuration(time.lowerBound.ms)} of="lower_bound" />
        <Figure name="Schedule efficiency" value={or(time.efficiency, formatPercent)} of="schedule_efficiency" />
        <Figure
          name="Throughput"
          value={or(time.perSecond, (perSecond) => `${formatNumber(perSecond * 3600)}/h`)}
          of="throughput"
        />
        <Figure name="Tokens" value={formatNumber(usage.promptTokens + usage.completionTokens)} of="tokens" />
        <Figure name="Cost" value={formatCost(usage)} of="cost" />
        {figures.budget && (
          <Figure
            name={figures.budget.usedUp.length > 0 ? 'Budget, used up' : 'Budget'}
            value={formatDollars(figures.budget.usd)}
            of="budget"
          />
        )}
        {time.personMs > 0 && (
          <Figure name="Waited for a person" value={formatDuration(time.personMs)} of="waited_for_person" />
        )}
        {counts.degraded > 0 && <Figure name="Degraded" value={formatNumber(counts.degraded)} of="degraded" />}
        {counts.cached > 0 && <Figure name="Cached" value={formatNumber(counts.cached)} of="cached" />}
        {counts.kept > 0 && <Figure name="Reused" value={formatNumber(counts.kept)} of="kept" />}
      </dl>
    </Block>
  );
}

function Concurrency({ figures: { time, slots } }: { figures: RunFigures }) {
  const { concurrency } = time;
  const total = concurrency.levels.reduce((sum, ms) => sum + ms, 0);
  return (
    <Block title="Concurrency">
      <dl className="figures">
        <Figure name="Peak" value={`${concurrency.peak} of ${slots}`} of="peak_concurrency" />
        <Figure name="Mean" value={formatNumber(concurrency.mean, 2)} of="mean_concurrency" />
        <Figure name="Utilization" value={or(time.utilisation, formatPercent)} of="utilization" />
      </dl>
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
          name={WAIT_REASON_LABELS[reason]}
          share={ms / most}
          value={formatDuration(ms)}
          color={`var(${WAIT_PROPERTY[reason]})`}
        />
      ))}
    </Block>
  );
}

function reviewCounts(reviews: RunFigures['quality']['reviews']): string {
  const counts = [
    ['approved', reviews.approved],
    ['edited', reviews.edited],
    ['sent back', reviews.sentBack],
    ['open', reviews.open],
    ['approved automatically', reviews.unasked],
  ] as const;
  const said = counts.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return said.length === 0 ? 'none' : said.join(', ');
}

function Quality({ figures: { quality } }: { figures: RunFigures }) {
  const { guardrails, schemas, repairs, managerReviews, reviews } = quality;
  const checks = (passed: number, failed: number) =>
    passed + failed === 0 ? 'none' : `${passed} passed, ${failed} failed`;
  return (
    <Block title="Quality">
      <dl className="figures">
        <Figure name="Guardrails" value={checks(guardrails.passed, guardrails.failed)} of="guardrails" />
        <Figure name="Schemas" value={checks(schemas.passed, schemas.failed)} of="guardrails" />
        <Figure name="Repairs" value={checks(repairs.passed, repairs.failed)} of="guardrails" />
        <Figure
          name="Manager’s reviews"
          value={
            managerReviews.passed + managerReviews.failed === 0
              ? 'none'
              : `${managerReviews.passed} approved, ${managerReviews.failed} sent back`
          }
          of="guardrails"
        />
        <Figure name="Reviews" value={reviewCounts(reviews)} of="guardrails" />
        <Figure name="Degraded results" value={formatNumber(quality.degraded.length)} of="degraded" />
      </dl>
    </Block>
  );
}
