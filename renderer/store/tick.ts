import { useEffect, useReducer } from 'react';

const TICK_MS = 100;

/** Renders ten times a second while something counts up. */
export function useTick(active: boolean): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(render, TICK_MS);
    return () => clearInterval(timer);
  }, [active]);
}
