import { type RefObject, useLayoutEffect } from 'react';

/**
 * Fits the content of a row. While the content is wider than the row, `data-narrow` gets one step after another ("1",
 * "1 2", …); the styles define what shrinks at each step. The width is measured, because the content changes with the
 * crew and its run.
 */
export function useFitted(row: RefObject<HTMLElement | null>, steps: number): void {
  useLayoutEffect(() => {
    const element = row.current;
    if (!element) return;
    const refit = () => narrow(element, steps);
    refit();
    const resized = new ResizeObserver(refit);
    resized.observe(element);
    const changed = new MutationObserver(refit);
    changed.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
    };
  }, [row, steps]);
}

function narrow(element: HTMLElement, steps: number): void {
  let taken = '';
  element.dataset['narrow'] = taken;
  for (let step = 1; step <= steps && element.scrollWidth > element.clientWidth; step += 1) {
    taken = `${taken} ${step}`;
    element.dataset['narrow'] = taken;
  }
}
