import './keys.css';
import { useUi } from '../store/ui.ts';

type Entry = readonly [what: string, ...keys: string[]];

const FILE: readonly Entry[] = [
  ['New, open', 'Mod+N', 'Mod+O'],
  ['Save, save as', 'Mod+S', 'Mod+Shift+S'],
  ['Export reports', 'Mod+E'],
  ['Search and commands', 'Mod+K', '/'],
  ['Show keyboard shortcuts', '?'],
];

const CREW: readonly Entry[] = [
  ['Add an agent, a task', 'A', 'T'],
  ['Undo, redo', 'Mod+Z', 'Mod+Shift+Z'],
  ['Copy, cut, paste', 'Mod+C', 'Mod+X', 'Mod+V'],
  ['Duplicate', 'Mod+D'],
  ['Delete', 'Delete'],
  ['Select all', 'Mod+A'],
  ['Auto layout', 'Mod+L'],
  ['Zoom to fit', 'Mod+9'],
];

const RUN: readonly Entry[] = [
  ['Run', 'Mod+Enter'],
  ['Pause or resume', 'Mod+Shift+P'],
  ['Stop', 'Mod+.'],
  ['Run batch', 'Mod+Shift+Enter'],
  ['Run what is stale', 'Mod+Alt+Enter'],
  ['Reviews', 'Mod+Shift+R'],
];

const TIMELINE: readonly Entry[] = [
  ['Zoom in, out', 'W', 'S'],
  ['Pan left, right', 'A', 'D'],
  ['Next, previous bar', '.', ','],
  ['Move between bars', '←', '→', '↑', '↓'],
  ['Zoom to selected bar', 'F'],
  ['Zoom to whole run', '0'],
  ['Clear selected range', 'Escape'],
];

/** What is done by keys alone, as the platform writes them. */
export function Keys() {
  const mac = useUi((ui) => ui.app.platform) === 'darwin';
  return (
    <div className="keys">
      <div>
        <Group title="Crew" entries={CREW} mac={mac} />
        <Group title="File" entries={FILE} mac={mac} />
      </div>
      <div>
        <Group title="Run" entries={RUN} mac={mac} />
        <Group title="In the timeline" entries={TIMELINE} mac={mac} />
      </div>
    </div>
  );
}

function Group({ title, entries, mac }: { title: string; entries: readonly Entry[]; mac: boolean }) {
  return (
    <section>
      <h3 className="heading">{title}</h3>
      <dl>
        {entries.map(([what, ...keys]) => (
          <div key={what}>
            <dt>{what}</dt>
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
