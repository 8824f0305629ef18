import { definitions } from '../../shared/figures/definitions.ts';
import { formatDuration, formatPercent } from '../../shared/figures/format.ts';
import type { PredictionFigures } from '../../shared/figures/prediction.ts';
import type { Bottleneck, Bottlenecks, Scaling } from '../../shared/figures/what-if.ts';
import type { RunFiguresState } from '../timeline/measured.ts';
import { Block, Figure, Share } from './figure.tsx';
import { useSimulated } from './simulated.ts';

const inSlots = (slots: number): string => (slots === 1 ? '1 slot' : `${slots} slots`);

/** What only simulation can say: bottlenecks, other numbers of slots, why the prediction was off. */
export function Simulated({ figures: { live, reading } }: { figures: RunFiguresState }) {
  const simulated = useSimulated();
  if (!simulated) {
    return (
      <Block title="Bottlenecks and scaling">
        <p className="muted">{sayWhen(live, reading)}</p>
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

function sayWhen(live: boolean, reading: boolean): string {
  if (live) return 'Available when the run has ended.';
  return reading ? 'Worked out when the run has been read.' : 'Simulating…';
}

function BottleneckBlock({ bottlenecks }: { bottlenecks: Bottlenecks }) {
  const { makespanMs, ranked } = bottlenecks;
  return (
    <Block title="Bottlenecks">
      <p className="muted" title={definitions.bottlenecks}>
        {triedText(bottlenecks)}
      </p>
      {ranked.slice(0, 8).map((found) => (
        <Share
          key={`${found.kind} ${found.subject}`}
          name={wordsFor(found)}
          share={makespanMs === 0 ? 0 : found.savesMs / makespanMs}
          value={`saves ${formatDuration(found.savesMs)} of ${formatDuration(makespanMs)}`}
          color="var(--critical)"
        />
      ))}
      {ranked.length === 0 && <p>{noSavingText(bottlenecks)}</p>}
    </Block>
  );
}

function triedText({ tried, isComparable, makespanMs, baseMs }: Bottlenecks): string {
  if (isComparable) return `${tried} changes tried, each by simulating the run with it`;
  return `The simulation takes ${formatDuration(baseMs)}, the run took ${formatDuration(makespanMs)}`;
}

/** Why no bottleneck is listed. */
export function noSavingText({ isComparable, isLimitedByDependencies }: Bottlenecks): string {
  if (!isComparable) return 'They differ by more than 5%, so no savings are derived.';
  if (isLimitedByDependencies) return 'No change saves time: the dependencies set the makespan.';
  return 'No change that was tried saves time.';
}

function wordsFor({ kind, subject }: Bottleneck): string {
  switch (kind) {
    case 'starting':
      return 'slots ready at the start';
    case 'slots':
      return 'one more slot';
    case 'lane':
      return 'two sequential tasks at once';
    case 'pool':
      return `one more unit of ${subject ?? 'a pool'}`;
    case 'retries':
      return 'no failed attempts';
    case 'rate_limit':
      return "no waits for the provider's limit";
    case 'task':
      return `${subject ?? 'a task'} in half the time`;
    default:
      return kind satisfies never;
  }
}

interface ScalingBlockProps {
  scaling: Scaling;
  /** The simulation comes close enough to the run to advise a number of slots. */
  isComparable: boolean;
}

function ScalingBlock({ scaling: { points, knee, recommended, own }, isComparable }: ScalingBlockProps) {
  const most = points.reduce((peak, point) => Math.max(peak, point.makespanMs), 1);
  return (
    <Block title="Scaling">
      <dl className="figures">
        <Figure name="Knee" value={inSlots(knee)} of="knee" />
        <Figure
          name="Recommended"
          value={isComparable ? recommendedText(recommended, own.slots) : 'not assessed'}
          of="recommended_slots"
        />
      </dl>
      {points.map((point) => (
        <Share
          key={point.slots}
          name={inSlots(point.slots)}
          share={point.makespanMs / most}
          value={formatDuration(point.makespanMs)}
          color={isComparable && point.slots === recommended ? 'var(--accent)' : 'var(--line-strong)'}
        />
      ))}
    </Block>
  );
}

/** Fewer slots are recommended only where the run takes as long with them. */
function recommendedText(recommended: number, own: number): string {
  if (recommended === own) return `${inSlots(own)}, as in this run`;
  return recommended < own ? `${inSlots(recommended)}, as fast as ${own}` : `${inSlots(recommended)} instead of ${own}`;
}

const WHY = {
  lengths: 'tasks of other length',
  failures: 'failed attempts',
  start_up: 'slot start-up',
  slots: 'changes of the number of slots',
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
        <Figure name="Predicted" value={makespanMs === null ? 'unknown' : formatDuration(makespanMs)} of="predicted" />
        <Figure name="Actual" value={formatDuration(actualMs)} of="makespan" />
        {differenceMs !== null && makespanMs !== null && makespanMs > 0 && (
          <Figure
            name="Difference"
            value={`${formatDuration(differenceMs)} · ${formatPercent(differenceMs / makespanMs)}`}
            of="predicted"
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
