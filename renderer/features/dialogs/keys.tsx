import './keys.css';
import { type Command, type KeyHelp, shortcutsOf } from '../../state/command.ts';
import { useRegistry } from '../../state/contribution.ts';
import { useUi } from '../../state/ui.ts';

/** All shortcuts of the window, as the platform writes them. */
export function Keys() {
  const { commands, keys } = useRegistry();
  const mac = useUi((ui) => ui.app.platform) === 'darwin';
  return (
    <div className="keys">
      <div>
        <Group {...helpOf('Crew', commands)} mac={mac} />
        <Group {...helpOf('Run', commands)} mac={mac} />
      </div>
      <div>
        <Group {...helpOf('File', commands)} mac={mac} />
        {keys.map((help) => (
          <Group key={help.title} {...help} mac={mac} />
        ))}
      </div>
    </div>
  );
}

function helpOf(title: Command['section'], commands: readonly Command[]): KeyHelp {
  const rows = commands
    .filter((command) => command.section === title)
    .map((command) => [command.label, ...shortcutsOf(command)] as const)
    .filter(([, ...shortcuts]) => shortcuts.length > 0);
  return { title, rows };
}

function Group({ title, rows, mac }: KeyHelp & { mac: boolean }) {
  return (
    <section>
      <h3 className="heading">{title}</h3>
      <dl>
        {rows.map(([label, ...keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{written(key, mac)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** `Mod+Shift+P` as `Ctrl Shift P`, or `⌘⇧P`. */
function written(key: string, mac: boolean): string {
  if (!mac) return key.replace('Mod', 'Ctrl').replaceAll('+', ' ');
  return key.replace('Mod', '⌘').replace('Shift', '⇧').replace('Alt', '⌥').replaceAll('+', '');
}
