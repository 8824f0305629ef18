import { PLAIN_TEXT } from '../../../shared/figures/catalogue/figure.ts';
import { TERMS } from '../../../shared/figures/catalogue/terms.ts';
import { countOf, formatDuration, formatPercent } from '../../../shared/figures/format.ts';
import { bottleneckText } from '../../../shared/figures/labels.ts';
import type { PredictionFigures } from '../../../shared/figures/prediction.ts';
import { recommendedText } from '../../../shared/figures/scaling-advice.ts';
import type { Bottlenecks, Scaling } from '../../../shared/figures/what-if.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { Block, Figure, Share } from './figure.tsx';
import { useSimulated } from './simulated.ts';

/** In the window, a task is labeled with its name. */
const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** The figures that need simulation: bottlenecks, other numbers of slots, and why the prediction was wrong. */
export function Simulated({ figures: { live, status } }: { figures: RunFiguresState }) {
  const simulated = useSimulated();
  if (!simulated) {
    return (
      <Block title="Bottlenecks and scaling">
        <p className="muted">{availabilityNote(live, status)}</p>
      </Block>
    );
  }
  return (
    <>
      <BottleneckBlock bottlenecks={simulated.bottlenecks} />
      <ScalingBlock scaling={simulated.scaling} isComparable={simulated.bottlenecks.isComparable} />
      <PredictionBlock prediction={simulated.prediction} />
    </>
  );
}

function availabilityNote(live: boolean, status: RunFiguresState['status']): string {
  if (live) return 'Available when the run has ended.';
  return status === 'loading' ? 'Available when the run has been loaded.' : 'Simulating…';
}

function BottleneckBlock({ bottlenecks }: { bottlenecks: Bottlenecks }) {
  const { makespanMs, ranked } = bottlenecks;
  return (
    <Block title="Bottlenecks">
      <p className="muted" title={TERMS.bottlenecks.definition}>
        {simulatedChangesText(bottlenecks)}
      </p>
      {ranked.slice(0, 8).map((found) => (
        <Share
          key={`${found.kind} ${found.subject}`}
          name={bottleneckText(found, NO_TITLES, PLAIN_TEXT)}
          share={makespanMs === 0 ? 0 : found.savesMs / makespanMs}
          value={`saves ${formatDuration(found.savesMs)} of ${formatDuration(makespanMs)}`}
          color="var(--critical)"
        />
      ))}
      {ranked.length === 0 && <p>{noSavingText(bottlenecks)}</p>}
    </Block>
  );
}

function simulatedChangesText({ tried, isComparable, makespanMs, baseMs }: Bottlenecks): string {
  if (isComparable) return `${tried} simulated changes of the run`;
  return `The simulation takes ${formatDuration(baseMs)}, the run took ${formatDuration(makespanMs)}`;
}

/** Why no bottleneck is listed. */
export function noSavingText({ isComparable, isLimitedByDependencies }: Bottlenecks): string {
  if (!isComparable) return 'They differ by more than 5%, so no savings are derived.';
  if (isLimitedByDependencies) return 'No change saves time: the dependencies set the makespan.';
  return 'None of the simulated changes saves time.';
}

interface ScalingBlockProps {
  scaling: Scaling;
  /** The simulation is close enough to the run to recommend a number of slots. */
  isComparable: boolean;
}

function ScalingBlock({ scaling, isComparable }: ScalingBlockProps) {
  const { points, knee, recommended, own } = scaling;
  const most = points.reduce((peak, point) => Math.max(peak, point.makespanMs), 1);
  return (
    <Block title="Scaling">
      <dl className="figures">
        <Figure {...TERMS.knee} text={countOf(knee, 'slot')} />
        <Figure
          {...TERMS.recommended_slots}
          text={isComparable ? recommendedText(scaling, own.slots) : 'not assessed'}
        />
      </dl>
      {points.map((point) => (
        <Share
          key={point.slots}
          name={countOf(point.slots, 'slot')}
          share={point.makespanMs / most}
          value={formatDuration(point.makespanMs)}
          color={isComparable && point.slots === recommended ? 'var(--accent)' : 'var(--line-strong)'}
        />
      ))}
    </Block>
  );
}

const WHY = {
  lengths: 'task durations',
  failures: 'failed attempts',
  start_up: 'slot start-up',
  slots: 'changed slots',
  overheads: 'startup and dispatch',
} as const;

function PredictionBlock({
  prediction: { makespanMs, actualMs, differenceMs, reasons },
}: {
  prediction: PredictionFigures;
}) {
  return (
    <Block title="Prediction">
      <dl className="figures">
        <Figure {...TERMS.predicted} text={makespanMs === null ? 'unknown' : formatDuration(makespanMs)} />
        <Figure {...TERMS.actual} text={formatDuration(actualMs)} />
        {differenceMs !== null && makespanMs !== null && makespanMs > 0 && (
          <Figure
            {...TERMS.difference}
            text={`${formatDuration(differenceMs)} · ${formatPercent(differenceMs / makespanMs)}`}
          />
        )}
      </dl>
      {reasons.map(({ what, ms }) => (
        <Share
          key={what}
          name={WHY[what]}
          share={actualMs === 0 ? 0 : Math.abs(ms) / actualMs}
          value={formatDuration(ms)}
          color="var(--waiting)"
        />
      ))}
    </Block>
  );
}
