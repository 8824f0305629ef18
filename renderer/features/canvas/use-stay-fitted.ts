import { useEffect } from 'react';
import { useStoreApi } from 'reactflow';
import { keepFitted } from '../../state/canvas/view.ts';

/** A crew that is shown as a whole stays so when the window or a panel beside the canvas gets another size. */
export function useKeptFitted(): void {
  const flow = useStoreApi();
  useEffect(() => {
    let { width, height } = flow.getState();
    let frame = 0;
    const end = flow.subscribe((state) => {
      if (state.width === width && state.height === height) return;
      ({ width, height } = state);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(keepFitted);
    });
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [flow]);
}
