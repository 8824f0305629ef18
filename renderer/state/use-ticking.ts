import { useEffect, useState } from 'react';
import { Ticker } from '../base/ticker.ts';
import { perWindow, useWindowState } from './window-state.ts';

const tickerOf = perWindow(() => new Ticker());

/** A text that is computed ten times per second while `active`. Renders again only if the text changed. */
export function useTicking(text: () => string, active: boolean): string {
  const win = useWindowState();
  const [, show] = useState('');
  useEffect(() => {
    if (!active) return;
    return tickerOf(win).subscribe(() => show(text()));
  }, [win, text, active]);
  return text();
}
