import { useEffect, useState } from 'react';

const EVERY_MS = 100;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` ten times a second; one timer for all. Returns the function that ends it. */
function everyTenth(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** A text that is made anew ten times a second while `active`; renders again only when it is another. */
export function useTicking(text: () => string, active: boolean): string {
  const [, show] = useState('');
  useEffect(() => {
    if (!active) return;
    return everyTenth(() => show(text()));
  }, [text, active]);
  return text();
}
