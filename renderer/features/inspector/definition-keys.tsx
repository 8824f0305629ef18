import { type FormEvent, useEffect, useId, useMemo, useState } from 'react';
import type { DefinedKind } from '../../../shared/crew/definitions.ts';
import type { KeySource, NamedKey } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { useDocument } from '../../state/document.ts';
import { keysOfDefinition } from '../../state/named-keys.ts';
import { toast, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Group } from './group.tsx';

const SOURCE_TEXT: Readonly<Record<KeySource, string>> = {
  stored: 'entered',
  environment: 'from the environment',
  missing: 'no value',
};

/** The keys that a tool or server names, whether they have a value, and a field for a new value. */
export function DefinitionKeys({ subject }: { subject: { kind: DefinedKind; name: string } }) {
  const crew = useDocument((document) => document.crew);
  const keys = useMemo(() => keysOfDefinition(crew, subject), [crew, subject]);
  const [sources, refresh] = useSources(keys);
  if (keys.length === 0) return null;
  return (
    <Group name="Values of keys">
      {keys.map((key, at) => (
        <KeyRow key={`${key.name} ${key.url}`} named={key} source={sources[at] ?? null} onChange={refresh} />
      ))}
    </Group>
  );
}

/** Returns the sources of the values of keys, which are read again after each change. */
function useSources(keys: readonly NamedKey[]): [sources: readonly KeySource[], refresh: () => void] {
  const [sources, setSources] = useState<readonly KeySource[]>([]);
  const [changes, setChanges] = useState(0);
  const asked = JSON.stringify(keys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys are compared by value, and a change reads them again
  useEffect(() => {
    if (keys.length === 0) return;
    let isCurrent = true;
    void call('keys.named', { keys: [...keys] }).then((found) => isCurrent && setSources(found));
    return () => {
      isCurrent = false;
    };
  }, [asked, changes]);
  return [sources, () => setChanges((count) => count + 1)];
}

interface RowProps {
  named: NamedKey;
  /** Null until it is known. */
  source: KeySource | null;
  onChange: () => void;
}

function KeyRow({ named, source, onChange }: RowProps) {
  const win = useWindowState();
  const id = useId();
  const keyStore = useUi((ui) => ui.app.key_store);
  const [key, setKey] = useState('');
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const done = await call('keys.set_named', { ...named, key });
    if (done.status === 'failed') return toast(win, 'error', done.message);
    setKey('');
    onChange();
  };
  const remove = async () => {
    const done = await call('keys.remove_named', named);
    if (done.status === 'failed') toast(win, 'error', done.message);
    onChange();
  };
  return (
    <form className="field key-row" onSubmit={(event) => void save(event)}>
      <div className="field-label">
        <label htmlFor={id}>Value of {named.name}</label>
        <span className={source === 'missing' ? 'small degraded-text' : 'small faint'}>
          {source === null ? '' : SOURCE_TEXT[source]}
        </span>
      </div>
      <div className="key-entry">
        <input
          id={id}
          className="input"
          type="password"
          autoComplete="off"
          placeholder={keyStore === 'system' ? 'Kept in the system’s key store' : 'Kept until you quit'}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit" className="button" disabled={key.trim() === ''}>
          Save
        </button>
        {source === 'stored' && (
          <button type="button" className="button" onClick={() => void remove()}>
            Remove
          </button>
        )}
      </div>
    </form>
  );
}
