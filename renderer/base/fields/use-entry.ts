import {
  createContext,
  type KeyboardEvent,
  type RefObject,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { draftKeyOf } from './drafts.ts';
import { Entry, type EntryOptions } from './entry.ts';
import { useFieldHost } from './fields.ts';

/**
 * What the fields below edit, such as `task:draft` or `crew`. Null: refused texts are not kept when the field leaves
 * the page.
 */
export const Subject = createContext<string | null>(null);

type TextElement = HTMLInputElement | HTMLTextAreaElement;

interface Options extends Omit<EntryOptions, 'draftKey' | 'isCurrent' | 'fields'> {
  label: string;
}

interface EntryField<Element extends TextElement> {
  entry: Entry;
  /** Why the text is refused; null if it is not. */
  error: string | null;
  props: {
    ref: RefObject<Element | null>;
    onInput: () => void;
    onBlur: () => void;
    onKeyDown: (event: KeyboardEvent<Element>) => void;
    onKeyUp: () => void;
    onCompositionStart: () => void;
    onCompositionEnd: () => void;
  };
}

/** Connects an `Entry` to a text element: pass `props` to the element, and render the error. */
export function useEntry<Element extends TextElement>({ label, ...options }: Options): EntryField<Element> {
  const { fields, opened, isCurrent, endGesture } = useFieldHost();
  const subject = useContext(Subject);
  const commit = (text: string) => {
    options.commit(text);
    // Each pause in typing ends an undo step.
    if (options.isLive) endGesture();
  };
  const given = {
    ...options,
    commit,
    draftKey: subject === null ? null : draftKeyOf(opened, subject, label),
    isCurrent,
    fields,
  };
  const ref = useRef<Element>(null);
  const [error, setError] = useState<string | null>(null);
  const [entry] = useState(() => new Entry(given, setError));
  useLayoutEffect(() => {
    if (ref.current) entry.attach(ref.current);
    return () => entry.detach();
  }, [entry]);
  useLayoutEffect(() => entry.follow(given));
  const onKeyDown = (event: KeyboardEvent<Element>) => {
    const { key, currentTarget, nativeEvent } = event;
    // In a field with multiple lines, Enter starts a new line.
    if (key === 'Enter' && currentTarget instanceof HTMLTextAreaElement) {
      entry.onKey({ key: 'Newline', isComposing: nativeEvent.isComposing });
      return;
    }
    const outcome = entry.onKey({ key, isComposing: nativeEvent.isComposing });
    if (outcome !== null) endGesture();
    // A refused text does not submit a form, and Escape that restores a value does not close a dialog.
    if (outcome === 'refused' || outcome === 'restored') event.preventDefault();
    if (outcome === 'restored') event.stopPropagation();
  };
  const onBlur = () => {
    entry.onBlur();
    endGesture();
  };
  return {
    entry,
    error,
    props: {
      ref,
      onInput: () => entry.onInput(),
      onBlur,
      onKeyDown,
      onKeyUp: () => entry.onKeyUp(),
      onCompositionStart: () => entry.onCompositionStart(),
      onCompositionEnd: () => entry.onCompositionEnd(),
    },
  };
}
