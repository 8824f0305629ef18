import { useEffect, useState } from 'react';
import type { SimulatedFigures } from '../figures/folded-run.ts';
import { figuresOfDrawnRun } from '../figures/run-figures.ts';
import { type RunFiguresState, useMeasured } from '../timeline/measured.ts';

/**
 * The figures that have to be simulated, of a run that has come to rest; null while it goes on, is read or they are worked out.
 * They are asked for when what was measured is there: simulating a large run takes long.
 */
export function useSimulated(): SimulatedFigures | null {
  const measured = useMeasured(({ value }) => value);
  const [found, setFound] = useState<{ of: RunFiguresState; simulated: SimulatedFigures } | null>(null);
  useEffect(() => {
    if (!measured || measured.live || measured.reading || measured.seq !== measured.state.seq) return;
    let wanted = true;
    void figuresOfDrawnRun()
      ?.simulate()
      .then((simulated) => {
        if (wanted && simulated) setFound({ of: measured, simulated });
      });
    return () => {
      wanted = false;
    };
  }, [measured]);
  return found?.of === measured ? found.simulated : null;
}
