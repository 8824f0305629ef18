import { useState } from 'react';
import { useUi } from '../ui.ts';
import { type RerunTarget, rerunShown } from './rerun-commands.ts';
import { usePlanText } from './use-plan-text.ts';

/** Does a part of the shown run again; what that would do and save is said to who points at it, or gets there by keyboard. */
export function AgainButton({ what, label }: { what: RerunTarget; label: string }) {
  const busy = useUi((ui) => ui.busy);
  const [isPointedAt, setPointedAt] = useState(false);
  const text = usePlanText(what, isPointedAt);
  return (
    <button
      type="button"
      className="button"
      disabled={busy !== null}
      title={text ?? ''}
      onPointerEnter={() => setPointedAt(true)}
      onFocus={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      onBlur={() => setPointedAt(false)}
      onClick={() => rerunShown(what)}
    >
      {label}
    </button>
  );
}
