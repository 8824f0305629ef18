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
    let cancel: () => void = () => undefined;
    const end = flow.subscribe((state) => {
      if (state.width === width && state.height === height) return;
      ({ width, height } = state);
      cancel();
      cancel = win.activities.inFrame('fitting', () => keepFitted(win));
    });
    return () => {
      cancel();
      end();
    };
  }, [flow, win]);
}
