import { PLAIN_TEXT } from '../../../shared/figures/catalogue/figure.ts';
import { slowText } from '../../../shared/figures/why-slow/slow-text.ts';
import { whySlow } from '../../../shared/figures/why-slow/why-slow.ts';
import type { RunFigures } from '../../state/figures/folded-run.ts';
import { Block } from './figure.tsx';
import { useSimulated } from './simulated.ts';

/** In the window, a task is labeled with its name. */
const NO_TITLES: ReadonlyMap<string, string> = new Map();

/** Sentences on why the run took, or has taken, as long as it did. */
export function WhySlow({ figures }: { figures: RunFigures }) {
  const simulated = useSimulated();
  const reasons = whySlow({ ...figures, simulated });
  if (reasons.length === 0) return null;
  return (
    <Block title="Why it took this long">
      <ul className="reasons">
        {reasons.map((reason) => (
          <li key={reason.kind}>{slowText(reason, figures.time.makespanMs, NO_TITLES, PLAIN_TEXT)}</li>
        ))}
      </ul>
    </Block>
  );
}
