import { useState } from 'react';
import { useUi } from '../ui.ts';
import { useWindowState } from '../window-state.ts';
import { type RerunTarget, rerunShown } from './rerun-commands.ts';
import { usePlanText } from './use-plan-text.ts';

/** Reruns part of the shown run. Hover and keyboard focus show what the rerun would do and save. */
export function RerunButton({ what, label }: { what: RerunTarget; label: string }) {
  const win = useWindowState();
  const busy = useUi((ui) => ui.busy);
  const [isHovered, setHovered] = useState(false);
  const text = usePlanText(what, isHovered);
  return (
    <button
      type="button"
      className="button"
      disabled={busy !== null}
      title={text ?? ''}
      onPointerEnter={() => setHovered(true)}
      onFocus={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onBlur={() => setHovered(false)}
      onClick={() => rerunShown(win, what)}
    >
      {label}
    </button>
  );
}
