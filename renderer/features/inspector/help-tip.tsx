import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Tip {
  label: string;
  help: string;
  top: number;
  /** Distance from the right edge of the window. */
  right: number;
}

/** How long the pointer must stay on a label. */
const REST_MS = 350;

/**
 * Shows the help of a field next to the panel, so that it neither covers nor moves a field: at once for a field with
 * the focus, and after a moment for a label under the pointer. Screen readers get the same text as the field's
 * description.
 */
export function HelpTip({ children }: { children: ReactNode }) {
  const fields = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => (fields.current ? followHelp(fields.current, setTip) : undefined), []);
  return (
    <>
      <div ref={fields}>{children}</div>
      {tip && (
        <div className="help-tip" aria-hidden="true" style={{ top: tip.top, right: tip.right }}>
          <strong>{tip.label}</strong>
          <p>{tip.help}</p>
        </div>
      )}
    </>
  );
}

/** Reports the help to show, or null. Returns a function that stops it. */
function followHelp(fields: HTMLElement, show: (tip: Tip | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: Element | null = null;
  const showFor = (element: Element | null) => {
    clearTimeout(timer);
    shown = element;
    show(element && tipOf(element));
  };
  const hide = () => showFor(null);
  const onPointer = ({ target }: Event) => {
    const label = target instanceof Element ? target.closest('label') : null;
    hide();
    if (label) timer = setTimeout(() => showFor(label), REST_MS);
  };
  const onFocus = ({ target }: Event) => {
    showFor(target instanceof Element && target.matches(':focus-visible') ? target : null);
  };
  const stop = new AbortController();
  const { signal } = stop;
  fields.addEventListener('mouseover', onPointer, { signal });
  fields.addEventListener('mouseleave', hide, { signal });
  fields.addEventListener('focusin', onFocus, { signal });
  fields.addEventListener('focusout', hide, { signal });
  // The tip stays next to its field, which scrolls into view when it gets the focus.
  window.addEventListener('scroll', () => shown && showFor(shown), { signal, capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

/** The help of the field that contains an element; null if there is none. */
function tipOf(element: Element): Tip | null {
  const field = element.closest('.field');
  const help = field?.querySelector('.field-help')?.textContent ?? '';
  const panel = element.closest('.inspector');
  if (!field || !panel || help === '') return null;
  return {
    label: field.querySelector('label')?.textContent ?? '',
    help,
    top: field.getBoundingClientRect().top,
    right: window.innerWidth - panel.getBoundingClientRect().left + 8,
  };
}
