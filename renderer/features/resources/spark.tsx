import type { Step } from '../../state/curves/steps.ts';

const WIDTH = 240;
const HEIGHT = 26;

/**
 * A sparkline of a value over the run. `full` is the value at full height, and a `limit` is drawn as a separate line.
 */
export function Spark({
  steps,
  full,
  limit,
  until,
  color,
  label,
}: {
  steps: readonly Step[];
  full: number;
  limit?: number;
  until: number;
  color: string;
  label: string;
}) {
  const x = (t: number) => (Math.min(t, until) / Math.max(1, until)) * WIDTH;
  const y = (value: number) => HEIGHT - (Math.min(value, full) / Math.max(full, Number.EPSILON)) * (HEIGHT - 2);
  const path = steps
    .map((step, at) => `${at === 0 ? 'M' : 'L'}${x(step.t)} ${y(step.value)}H${x(steps[at + 1]?.t ?? until)}`)
    .join('');
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{ '--c': color }}
    >
      <path d={`${path}V${HEIGHT}H${x(steps[0]?.t ?? 0)}Z`} className="area" />
      <path d={path} className="line" />
      {limit !== undefined && <path d={`M0 ${y(limit)}H${WIDTH}`} className="limit" />}
    </svg>
  );
}
