import { dismiss, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The short messages at the edge of the window. */
export function Toasts() {
  const win = useWindowState();
  const toasts = useUi((ui) => ui.toasts);
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map(({ id, tone, text, action }) => (
        <div key={id} className={`toast ${tone}`} role={tone === 'error' ? 'alert' : undefined}>
          <div className="text">
            {text}
            {action && (
              <button type="button" className="button" onClick={action.act}>
                {action.label}
              </button>
            )}
          </div>
          <button type="button" className="close" aria-label="Dismiss" onClick={() => dismiss(win, id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
