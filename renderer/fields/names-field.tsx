import { Combobox, ComboboxItem, ComboboxPopover, ComboboxProvider } from '@ariakit/react';
import { useDeferredValue, useId, useMemo, useState } from 'react';
import { bestMatches } from '../search/best-matches.ts';
import { Field } from './field.tsx';

interface Props {
  label: string;
  names: readonly string[];
  choices: readonly string[];
  onAdd: (name: string) => void;
  onRemove: (name: string) => void;
  /** Where a name leads to; absent: it is only text. */
  onChoose?: (name: string) => void;
}

/** Names that can be removed one by one, and a combo box that adds others. */
export function NamesField({ label, names, choices, onAdd, onRemove, onChoose }: Props) {
  const id = useId();
  return (
    <Field id={id} label={label}>
      <div className="names">
        {names.map((name) => (
          <span key={name} className="chip">
            {onChoose ? (
              <button
                type="button"
                className="ellipsis"
                title={`Choose the line from ${name}`}
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
        <AddName id={id} choices={choices} onAdd={onAdd} />
      </div>
    </Field>
  );
}

/** The list holds at most this number of options, however large the crew is; typing narrows it. */
const MOST_SHOWN = 50;

/** Arrow keys move through the list, typing filters it, Enter adds the marked name, Escape closes the list. */
function AddName({ id, choices, onAdd }: { id: string; choices: readonly string[]; onAdd: (name: string) => void }) {
  const [query, setQuery] = useState('');
  const [isOpen, setOpen] = useState(false);
  const searched = useDeferredValue(query);
  const matches = useMemo(() => {
    if (!isOpen) return { shown: [], count: 0 };
    return bestMatches(
      choices.map((name) => ({ name, text: name.toLowerCase() })),
      searched,
      MOST_SHOWN,
    );
  }, [isOpen, choices, searched]);
  return (
    <ComboboxProvider value={query} setValue={setQuery} open={isOpen} setOpen={setOpen} resetValueOnHide>
      <Combobox id={id} className="add" placeholder="Add…" autoSelect="always" />
      <ComboboxPopover className="menu choices" gutter={4} portal unmountOnHide aria-label="Names to add">
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

function countText(shown: number, count: number): string {
  if (count === 0) return 'No matches';
  return count > shown ? `${shown} of ${count}. Type to narrow the list.` : '';
}
