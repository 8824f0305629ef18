/**
 * The meaning of keys, depending on the element with the focus. Elements declare it with `data-keys`:
 *
 * - `crew`: canvas and library, where keys edit the crew
 * - `fields`: inspector and toolbar, where undo and redo apply to the crew
 * - any other value, or none: keys never change the crew
 */
export type KeyArea = 'crew' | 'fields' | 'other';

/** Remembers the element that was pressed or focused last, to interpret keys when no element has the focus. */
export class KeyAreas {
  /** The element with `data-keys` around the last press or focus; null if there was none. */
  #lastMarked: Element | null = null;

  /** Starts to observe the page. Returns a function that stops it. */
  follow(): () => void {
    const note = ({ target }: Event) => {
      this.#lastMarked = target instanceof Element ? target.closest('[data-keys]') : null;
    };
    document.addEventListener('pointerdown', note, true);
    document.addEventListener('focusin', note, true);
    return () => {
      document.removeEventListener('pointerdown', note, true);
      document.removeEventListener('focusin', note, true);
      this.#lastMarked = null;
    };
  }

  /**
   * The area of a key event. If no element has the focus, the body of the page receives keys. They then apply to the
   * crew, unless the part of the window that was pressed last, and still exists, has the area `other`.
   */
  of(target: EventTarget | null): KeyArea {
    if (target instanceof Element && target !== document.body && target !== document.documentElement)
      return areaOf(target);
    return this.#lastMarked?.isConnected && areaOf(this.#lastMarked) === 'other' ? 'other' : 'crew';
  }
}

function areaOf(element: Element): KeyArea {
  const mark = element.closest('[data-keys]')?.getAttribute('data-keys');
  return mark === 'crew' || mark === 'fields' ? mark : 'other';
}

const WRITTEN = 'input:not([type="range"], [type="color"], [type="checkbox"], [type="radio"]), textarea';

/** Whether keys type text into this element. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(`${WRITTEN}, [contenteditable="true"]`);
}
