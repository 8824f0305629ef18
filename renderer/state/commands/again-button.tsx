import { useState } from 'react';
import { useUi } from '../ui.ts';
import { type RerunTarget, rerunShown } from './rerun-commands.ts';
import { usePlanText } from './use-plan-text.ts';

/** Reruns part of the shown run. Hover and keyboard focus show what the rerun would do and save. */
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
