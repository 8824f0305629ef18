import { runNow } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';
import type { Hit } from './hit.ts';
import type { TimelineSource } from './source.ts';
import { factsOf, taskOf, titleOf } from './tooltip-facts.ts';

const WIDTH = 300;
const GAP = 16;

interface Props {
  hit: Hit;
  /** The pointer position in the drawing, and the size of the drawing. */
  x: number;
  y: number;
  width: number;
  height: number;
  source: TimelineSource;
}

/** The tooltip of the element under the pointer, above or below the pointer's track and never under the pointer. */
export function TimelineTooltip({ hit, x, y, width, height, source }: Props) {
  const win = useWindowState();
  const name = taskOf(hit);
  const task = name === null ? undefined : source.state.tasks.get(name);
  const segments = name === null ? [] : (source.segments.get(name) ?? []);
  const facts = factsOf(hit, task, segments, source.live ? runNow(win) : source.now);
  const left = Math.max(4, Math.min(x + GAP, width - WIDTH - 4));
  const place = y < height / 2 ? { top: y + GAP } : { bottom: height - y + GAP };
  return (
    <div className="timeline-tooltip" style={{ width: WIDTH, left, ...place }}>
      <strong>{titleOf(hit)}</strong>
      {facts.map(([fact, value]) => (
        <div key={fact} className="fact">
          <span>{fact}</span>
          <span className="num">{value}</span>
        </div>
      ))}
    </div>
  );
}
