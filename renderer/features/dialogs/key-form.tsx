import { useState } from 'react';
import { splitSettings } from '../../../shared/crew/model-name.ts';
import { call } from '../../base/bridge.ts';
import { chooseProvider } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { loadProviders } from '../../state/providers.ts';
import { showDialog, toast, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The key is sent to main and never shown again. */
export function KeyForm() {
  const win = useWindowState();
  const settings = useDocument(({ crew }) => crew.settings);
  const keyStore = useUi((ui) => ui.app.key_store);
  const keyFor = useUi((ui) => ui.keyFor);
  const name = keyFor ?? splitSettings(settings).provider;
  const provider = useUi((ui) => ui.providers.find((one) => one.name === name));
  const [key, setKey] = useState('');
  const save = async () => {
    const base_url = keyFor === null ? (settings.base_url ?? null) : null;
    const done = await call('keys.set', { provider: name, base_url, key });
    if (done.status === 'failed') return toast(win, 'error', done.message);
    if (keyFor !== null) chooseProvider(win, keyFor);
    await loadProviders(win);
    showDialog(win, null);
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label className="field">
        <span>Key for {provider?.title ?? name}</span>
        <input
          className="input"
          type="password"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <p className="muted">
        {keyStore === 'system'
          ? 'Stored in the system’s key store and sent only to this provider.'
          : 'This system has no key store. The key is kept in memory until you quit and is sent only to this provider.'}
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={() => showDialog(win, null)}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={key.trim() === ''}>
          Save key
        </button>
      </div>
    </form>
  );
}
