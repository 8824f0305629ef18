import { formatDuration } from '../../../shared/figures/format.ts';
import { type CurvePoint, kneeOf, type ShownWhatIf } from './what-if.ts';

const WIDTH = 270;
const HEIGHT = 60;
const LEFT = 8;

interface Props {
  whatIf: ShownWhatIf;
  slots: number;
  hasProblems: boolean;
}

/**
 * The curve of makespan over slots as far as it is simulated, with the knee once it is complete; or the reason why
 * there is no curve.
 */
export function SlotsCurve({ whatIf: { points, failed, isKnown, isComplete }, slots, hasProblems }: Props) {
  return (
    <>
      {failed && (
        <p className="small" role="alert">
          {points.length > 1 ? 'Simulating the other slot counts failed.' : 'The simulation failed.'} Change the crew or
          a slider to try again.
        </p>
      )}
      {!failed && points.length < 2 && (
        <p className="faint small">{isKnown ? 'Simulating…' : unknownText(hasProblems)}</p>
      )}
      {points.length > 1 && <Curve points={points} slots={slots} isComplete={isComplete} />}
    </>
  );
}

function unknownText(hasProblems: boolean): string {
  return hasProblems ? 'Unknown until the crew’s problems are fixed.' : 'Unknown: no task durations to simulate.';
}

/** Adds a point after each simulation. */
function Curve({ points, slots, isComplete }: { points: readonly CurvePoint[]; slots: number; isComplete: boolean }) {
  const most = Math.max(...points.map((point) => point.makespanMs), 1);
  const widest = Math.log2(points.at(-1)?.slots ?? 2) || 1;
  const x = (at: number) => LEFT + (Math.log2(at) / widest) * (WIDTH - 2 * LEFT);
  const y = (ms: number) => HEIGHT - 4 - (ms / most) * (HEIGHT - 12);
  const knee = isComplete ? kneeOf(points) : null;
  const least = Math.min(...points.map((point) => point.makespanMs));
  const line = points.map((point) => `${x(point.slots)},${y(point.makespanMs)}`).join(' ');
  const text = points.map((point) => `${point.slots}: ${formatDuration(point.makespanMs)}`).join(', ');
  const isKneeLeft = knee !== null && x(knee.slots) < WIDTH * 0.72;
  return (
    <svg
      className="slots-curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 16}`}
      role="img"
      aria-label={`Makespan by slots: ${text}`}
    >
      <path d={`M0 ${y(least)}H${WIDTH}`} className="least" />
      <path d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} className="axis" />
      <polyline points={line} />
      {points.map((point) => (
        <circle
          key={point.slots}
          cx={x(point.slots)}
          cy={y(point.makespanMs)}
          r={point.slots === slots ? 3 : 1.5}
          className="point"
        >
          <title>{`${point.slots} slots: ${formatDuration(point.makespanMs)}`}</title>
        </circle>
      ))}
      {knee && (
        <>
          <circle cx={x(knee.slots)} cy={y(knee.makespanMs)} r={3.5} className="knee" />
          <text
            x={x(knee.slots) + (isKneeLeft ? 8 : -8)}
            y={y(knee.makespanMs) < 16 ? y(knee.makespanMs) + 15 : y(knee.makespanMs) - 6}
            textAnchor={isKneeLeft ? 'start' : 'end'}
          >
            knee at {knee.slots}
          </text>
        </>
      )}
      {points
        .filter((point) => Number.isInteger(Math.log2(point.slots)))
        .map((point) => (
          <text key={point.slots} x={x(point.slots)} y={HEIGHT + 13} textAnchor="middle" className="axis-label">
            {point.slots}
          </text>
        ))}
    </svg>
  );
}
