import { splitSettings } from '../../../shared/crew/model-name.ts';
import { chooseProvider } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { askForKeyOf, showDialog, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Selects the provider of the crew's agents. Unreachable providers are marked. */
export function ProviderChoice() {
  const win = useWindowState();
  const provider = useDocument(({ crew }) => splitSettings(crew.settings).provider);
  const isReadOnly = useDocument(({ stashed }) => stashed !== null);
  const providers = useUi((ui) => ui.providers);
  const chosen = providers.find(({ name }) => name === provider);
  const choose = (name: string) => {
    const next = providers.find((one) => one.name === name);
    if (next?.needs_key && !next.has_key) askForKeyOf(win, name);
    else chooseProvider(win, name);
  };
  return (
    <span className="provider">
      <select
        className="select"
        aria-label="Provider"
        value={provider}
        disabled={isReadOnly}
        onChange={(event) => choose(event.target.value)}
      >
        {!chosen && <option value={provider}>{provider}</option>}
        {providers.map(({ name, title, available }) => (
          <option key={name} value={name}>
            {available ? title : `${title} (not running)`}
          </option>
        ))}
      </select>
      {chosen?.needs_key && !chosen.has_key && (
        <button type="button" className="button quiet" onClick={() => showDialog(win, 'key')}>
          Enter API key
        </button>
      )}
    </span>
  );
}
