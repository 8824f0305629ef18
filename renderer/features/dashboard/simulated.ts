import { useEffect, useState } from 'react';
import type { SimulatedFigures } from '../../state/figures/folded-run.ts';
import { figuresOfShownRun } from '../../state/figures/run-figures.ts';
import { useMeasured } from '../../state/measured.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { useWindowState } from '../../state/window-state.ts';

/**
 * The simulated figures of a run that has ended; null while the run is in progress, is loading, or the figures are
 * being computed. They are requested after the measured figures: simulating a large run takes long.
 */
export function useSimulated(): SimulatedFigures | null {
  const win = useWindowState();
  const figures = useMeasured(({ value }) => value);
  const [found, setFound] = useState<{ of: RunFiguresState; simulated: SimulatedFigures } | null>(null);
  useEffect(() => {
    if (!figures || figures.live || figures.status === 'loading' || figures.seq !== figures.state.seq) return;
    let wanted = true;
    void figuresOfShownRun(win)
      ?.simulate()
      .then((simulated) => {
        if (wanted && simulated) setFound({ of: figures, simulated });
      });
    return () => {
      wanted = false;
    };
  }, [figures, win]);
  return found?.of === figures ? found.simulated : null;
}
