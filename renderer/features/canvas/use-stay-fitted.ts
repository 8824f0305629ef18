import { useEffect } from 'react';
import { useStoreApi } from 'reactflow';
import { keepFitted } from '../../state/canvas/view.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Keeps a crew that is fully in view fitted when the window or a panel next to the canvas changes size. */
export function useStayFitted(): void {
  const win = useWindowState();
  const flow = useStoreApi();
  useEffect(() => {
    let { width, height } = flow.getState();
    let frame = 0;
    const end = flow.subscribe((state) => {
      if (state.width === width && state.height === height) return;
      ({ width, height } = state);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => keepFitted(win));
    });
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [flow, win]);
}
