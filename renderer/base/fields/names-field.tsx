import { Combobox, ComboboxItem, ComboboxPopover, ComboboxProvider, useComboboxStore } from '@ariakit/react';
import { type KeyboardEvent, useDeferredValue, useId, useMemo, useState } from 'react';
import { bestMatches } from '../best-matches.ts';
import { Field, type FieldProps } from './field.tsx';

interface Props extends FieldProps {
  names: readonly string[];
  choices: readonly string[];
  onAdd: (name: string) => void;
  onRemove: (name: string) => void;
  /** Opens what a name refers to. Absent: names are plain text. */
  onChoose?: (name: string) => void;
}

/** Names that can be removed one by one, and a combo box that adds others. */
export function NamesField({ names, choices, onAdd, onRemove, onChoose, ...field }: Props) {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <div className="names">
        {names.map((name) => (
          <span key={name} className="chip">
            {onChoose ? (
              <button
                type="button"
                className="ellipsis"
                title={`Select the connection from ${name}`}
                onClick={() => onChoose(name)}
              >
                {name}
              </button>
            ) : (
              <span className="ellipsis">{name}</span>
            )}
            <button type="button" aria-label={`Remove ${name}`} onClick={() => onRemove(name)}>
              ✕
            </button>
          </span>
        ))}
        <AddName id={id} choices={choices} placeholder="Add…" listLabel="Names to add" onAdd={onAdd} />
      </div>
    </Field>
  );
}

/** The maximum number of options in the list, however large the crew is. Typing narrows it. */
const MAX_SHOWN = 50;

interface AddNameProps {
  id: string;
  choices: readonly string[];
  placeholder: string;
  /** The accessible name of the list. */
  listLabel: string;
  onAdd: (name: string) => void;
}

/** Arrow keys move through the list, typing filters it, Enter adds the active name, and Escape closes the list. */
export function AddName({ id, choices, placeholder, listLabel, onAdd }: AddNameProps) {
  const [query, setQuery] = useState('');
  const [isOpen, setOpen] = useState(false);
  const store = useComboboxStore({ value: query, setValue: setQuery, open: isOpen, setOpen, resetValueOnHide: true });
  const searched = useDeferredValue(query);
  const matches = useMemo(
    () => (isOpen ? matchesOf(choices, searched, MAX_SHOWN) : { shown: [], count: 0 }),
    [isOpen, choices, searched],
  );
  // The list is rendered after the text was typed, and a name becomes active after that. Enter depends on neither: it
  // adds the active name if that belongs to the text in the field, and otherwise the name that is about to become
  // active.
  const addOnEnter = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    const typed = event.currentTarget.value;
    const marked = store.item(store.getState().activeId)?.value;
    if (typed.trim() === '' && marked === undefined) return;
    event.preventDefault();
    const { shown } = matchesOf(choices, typed, MAX_SHOWN);
    const added = shown.find(({ name }) => name === marked) ?? shown[0];
    if (!added) return;
    onAdd(added.name);
    setOpen(false);
  };
  return (
    <ComboboxProvider store={store}>
      <Combobox id={id} className="add" placeholder={placeholder} autoSelect="always" onKeyDown={addOnEnter} />
      <ComboboxPopover className="menu choices" gutter={4} portal unmountOnHide aria-label={listLabel}>
        {matches.shown.map(({ name }) => (
          <ComboboxItem
            key={name}
            value={name}
            className="menu-item"
            setValueOnClick={false}
            hideOnClick
            onClick={() => onAdd(name)}
          >
            {name}
          </ComboboxItem>
        ))}
        <p className="muted small" role="status">
          {countText(matches.shown.length, matches.count)}
        </p>
      </ComboboxPopover>
    </ComboboxProvider>
  );
}

function matchesOf(choices: readonly string[], query: string, limit: number) {
  return bestMatches(
    choices.map((name) => ({ name, text: name.toLowerCase() })),
    query,
    limit,
  );
}

function countText(shown: number, count: number): string {
  if (count === 0) return 'No matches';
  return count > shown ? `${shown} of ${count}. Type to narrow the list.` : '';
}
