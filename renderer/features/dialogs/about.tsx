import { call } from '../../base/bridge.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** How the dialog names what the copied diagnostics name in lower case. */
const LABELS: Readonly<Partial<Record<string, string>>> = {
  crewlane: 'Crewlane',
  electron: 'Electron',
  chrome: 'Chromium',
  node: 'Node.js',
  platform: 'Platform',
  keys: 'API keys',
};

/** The versions of the application, and a button that copies them. */
export function About() {
  const win = useWindowState();
  const { versions, platform, key_store } = useUi((ui) => ui.app);
  const lines: readonly (readonly [name: string, value: string])[] = [
    ...Object.entries(versions),
    ['platform', platform],
    ['keys', key_store === 'system' ? 'in the system’s key store' : 'in memory until you quit'],
  ];
  const copy = () => void call('app.copy', { text: lines.map(([name, value]) => `${name}: ${value}`).join('\n') });
  return (
    <>
      <dl className="facts">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{LABELS[name] ?? name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="actions">
        <button type="button" className="button" onClick={copy}>
          Copy diagnostics
        </button>
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </>
  );
}
