/**
 * What keys are meant for, by where the focus is. Elements say so with `data-keys`:
 *
 * - `crew`: canvas and library, where keys edit the crew
 * - `fields`: inspector and toolbar, where undo and redo are the crew's
 * - any other value, or none: keys never touch the crew
 */
export type KeyArea = 'crew' | 'fields' | 'other';

/** Follows the element that is pressed or focused, to know what a key without a focus is meant for. */
export class KeyAreas {
  /** The marked element that was last pressed or focused; null where it was none. */
  #lastMarked: Element | null = null;

  /** Starts to follow; returns a function that stops it. */
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
   * The area of a key event. Without a focus the page's body receives keys: they are the crew's, unless the part of the
   * window that was last pressed, and still exists, is one that only shows something.
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

/** Whether keys write into this element. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(`${WRITTEN}, [contenteditable="true"]`);
}
