import { useEffect, useState } from 'react';
import { useDocument } from '../document.ts';
import { useStale } from '../stale.ts';
import { useWindowState } from '../window-state.ts';
import { planText, type RerunTarget } from './rerun-commands.ts';

/**
 * The text of `planText` while `what` is not null; null until it is computed. A new `what` starts a new computation.
 */
export function usePlanText(what: RerunTarget, wanted: boolean): string | null {
  const win = useWindowState();
  const [text, setText] = useState<string | null>(null);
  const stale = useStale((known) => known.stale);
  const crew = useDocument((document) => document.crew);
  // biome-ignore lint/correctness/useExhaustiveDependencies: planText reads both of the stores.
  useEffect(() => {
    setText(null);
    if (!wanted) return;
    let open = true;
    void planText(win, what).then((found) => open && setText(found));
    return () => {
      open = false;
    };
  }, [what, wanted, stale, crew]);
  return text;
}
