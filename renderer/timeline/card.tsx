import { runNow } from '../store/run.ts';
import type { Hit } from './hit.ts';
import type { TimelineSource } from './source.ts';
import { factsOf, taskOf } from './words.ts';

const WIDTH = 300;

/** What the thing under the pointer is, beside the pointer and never under it. */
export function Card({ hit, x, y, source }: { hit: Hit; x: number; y: number; source: TimelineSource }) {
  const name = taskOf(hit);
  const task = source.state.tasks.get(name);
  const facts = factsOf(hit, task, source.stretches.get(name) ?? [], source.live ? runNow() : source.now);
  const isRight = x > WIDTH + 24;
  const style = { width: WIDTH, top: Math.max(4, y - 40), ...(isRight ? { left: x - WIDTH - 14 } : { left: x + 16 }) };
  return (
    <div className="timeline-card" style={style}>
      <strong>{hit.kind === 'bar' ? hit.bar.label : name}</strong>
      {facts.map(([fact, value]) => (
        <div key={fact} className="fact">
          <span>{fact}</span>
          <span className="num">{value}</span>
        </div>
      ))}
    </div>
  );
}
