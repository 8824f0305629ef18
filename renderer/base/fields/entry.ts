import type { Fields, OpenEntry } from './fields.ts';

/** The value that an entry edits, and how a finished text is checked and committed. */
export interface EntryOptions {
  /** The committed value as text. */
  value: string;
  /** Identifies what the field edits, so that a refused text is kept while another node is shown. Null: not kept. */
  draftKey: string | null;
  /** Commits at each pause in typing, not only when the field is left or Enter is pressed. */
  isLive: boolean;
  /** Why a finished text cannot be accepted; null if it can. */
  validate(text: string): string | null;
  /** The text that the field shows for an accepted text. */
  canonical(text: string): string;
  commit(text: string): void;
  /** The fields of the window. */
  fields: Fields;
  /** Whether the crew that the field was rendered for is still open. A text for another crew is discarded. */
  isCurrent(): boolean;
}

type TextElement = HTMLInputElement | HTMLTextAreaElement;

/** How long typing must pause before a live entry is committed. */
const PAUSE_MS = 400;

/**
 * A text that the user is entering. The element of the page holds the text, so nothing rewrites it while the user types
 * or composes it. The entry checks the text when it is finished: on Enter, when the field loses the focus, after a
 * pause (if it is live), and at once when the text arrives without a key (from assistive technology, dictation or a
 * menu). A refused text stays in the field, with the reason, until it is corrected, reverted with Escape or undo, or
 * the value changes elsewhere.
 */
export class Entry implements OpenEntry {
  readonly #report: (reason: string | null) => void;
  #options: EntryOptions;
  #element: TextElement | null = null;
  /** The text of the value when this entry last read it. */
  #base: string;
  #error: string | null = null;
  #isComposing = false;
  /** A key is pressed, so a change of the text comes from it. */
  #isKeyDown = false;
  /** The draft that undo removed, for redo. */
  #undone: string | null = null;
  /** Cancels the commit after a pause; null: none is scheduled. */
  #cancelCommit: (() => void) | null = null;

  /** `report` receives the reason why the text is refused, or null once it is no longer refused. */
  constructor(options: EntryOptions, report: (reason: string | null) => void) {
    this.#options = options;
    this.#base = options.value;
    this.#report = report;
  }

  attach(element: TextElement): void {
    this.#element = element;
    this.#options.fields.add(element, this);
    this.#load();
  }

  /** Call it when the field leaves the page. Commits a live text; keeps another draft until the field returns. */
  detach(): void {
    this.#leave();
    this.#element = null;
  }

  /** Follows the committed value. Call it after each render. A value that changed elsewhere replaces a draft. */
  follow(options: EntryOptions): void {
    const isOther = options.draftKey !== this.#options.draftKey;
    if (isOther) this.#leave();
    this.#options = options;
    if (!isOther && options.value === this.#base) return;
    this.#undone = null;
    this.#base = options.value;
    if (!this.#isComposing) this.#load();
  }

  onKey({ key, isComposing }: { key: string; isComposing: boolean }): 'finished' | 'refused' | 'restored' | null {
    this.#isKeyDown = true;
    if (isComposing || this.#isComposing) return null;
    if (key === 'Enter') return this.finish() ? 'finished' : 'refused';
    if (key !== 'Escape' || (this.#options.isLive && this.#error === null)) return null;
    return this.#restore() ? 'restored' : null;
  }

  onKeyUp(): void {
    this.#isKeyDown = false;
  }

  onInput(): void {
    this.#stopCommit();
    if (this.#isComposing) return;
    if (!this.#isKeyDown) {
      this.finish();
      return;
    }
    if (this.#error !== null) this.#setError(this.#validate(this.text));
    const { isLive, fields } = this.#options;
    if (isLive) this.#cancelCommit = fields.activities.after('typing', PAUSE_MS, () => this.finish());
  }

  onCompositionStart(): void {
    this.#isComposing = true;
    this.#stopCommit();
  }

  onCompositionEnd(): void {
    this.#isComposing = false;
    this.#isKeyDown = true;
    this.onInput();
    this.#isKeyDown = false;
  }

  onBlur(): void {
    this.#isComposing = false;
    this.finish();
  }

  /** Commits or refuses the current text. Returns false if it is refused. */
  finish(): boolean {
    this.#stopCommit();
    if (!this.#element || this.#isComposing) return true;
    const { text } = this;
    const reason = this.#validate(text);
    this.#setError(reason);
    if (reason !== null) {
      this.#keepDraft(text);
      return false;
    }
    this.#forgetDraft();
    if (text === this.#base) return true;
    this.#base = this.#options.canonical(text);
    this.#write(this.#base);
    this.#options.commit(text);
    return true;
  }

  /** Sets a text, as an arrow key does, and commits or refuses it. */
  enter(text: string): void {
    this.#write(text);
    this.finish();
  }

  /** Undoes an unfinished entry. Returns false if there is none; then the last change of the crew is to be undone. */
  undo(): boolean {
    const { text } = this;
    if (this.#isComposing) return true;
    if (this.#restore()) {
      this.#undone = text;
      return true;
    }
    this.#undone = null;
    return false;
  }

  /**
   * Restores the entry that `undo` removed. Returns false if there is none; then a change of the crew is to be redone.
   */
  redo(): boolean {
    if (this.#isComposing) return true;
    if (this.#undone === null || this.text !== this.#base) return this.text !== this.#base;
    this.#write(this.#undone);
    this.#undone = null;
    if (this.#options.isLive) this.finish();
    return true;
  }

  get text(): string {
    return this.#element?.value ?? this.#base;
  }

  /** Shows the value, or the draft that was kept for it. */
  #load(): void {
    this.#stopCommit();
    this.#undone = null;
    const { draftKey, fields } = this.#options;
    const kept = draftKey === null ? undefined : fields.drafts.get(draftKey);
    if (kept?.base !== this.#base) this.#forgetDraft();
    const text = kept?.base === this.#base ? kept.text : this.#base;
    this.#write(text);
    this.#setError(text === this.#base ? null : this.#validate(text));
  }

  #leave(): void {
    const { isLive, isCurrent, draftKey, fields } = this.#options;
    const isPruned = this.#error !== null && draftKey !== null && fields.drafts.get(draftKey) === undefined;
    if (isCurrent() && !isPruned) {
      if (isLive) this.finish();
      else if (this.text !== this.#base) this.#keepDraft(this.text);
    }
    this.#stopCommit();
    this.#isComposing = false;
  }

  #restore(): boolean {
    if (this.text === this.#base && this.#error === null) return false;
    this.#stopCommit();
    this.#write(this.#base);
    this.#forgetDraft();
    this.#setError(null);
    return true;
  }

  #validate(text: string): string | null {
    return text === this.#base ? null : this.#options.validate(text);
  }

  #setError(reason: string | null): void {
    if (reason === this.#error) return;
    this.#error = reason;
    this.#report(reason);
  }

  /** Writing an equal text would move the caret. */
  #write(text: string): void {
    if (this.#element && this.#element.value !== text) this.#element.value = text;
  }

  #keepDraft(text: string): void {
    const { draftKey, fields } = this.#options;
    if (draftKey !== null) fields.drafts.set(draftKey, { base: this.#base, text });
  }

  #forgetDraft(): void {
    const { draftKey, fields } = this.#options;
    if (draftKey !== null) fields.drafts.delete(draftKey);
  }

  #stopCommit(): void {
    this.#cancelCommit?.();
    this.#cancelCommit = null;
  }
}
