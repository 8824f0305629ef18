import type { Step } from '../timeline/steps.ts';

const WIDTH = 240;
const HEIGHT = 26;

/** A value over the run, in a line; `full` fills the height. */
export function Spark({
  steps,
  full,
  until,
  color,
  label,
}: {
  steps: readonly Step[];
  full: number;
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
      <path d={`${path}V${HEIGHT}H0Z`} className="area" />
      <path d={path} className="line" />
    </svg>
  );
}
