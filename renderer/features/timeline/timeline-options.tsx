import { DropdownMenu } from 'radix-ui';
import { Icon } from '../../base/icons.tsx';
import { useMeasured } from '../../state/measured.ts';
import { useRun } from '../../state/run.ts';
import { useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { groupingTasks } from './lane-groups.ts';
import type { LanesBy } from './layout.ts';
import { timelineOptions, useTimeline } from './options.ts';
import { savePicture } from './save-picture.ts';

const LANES: readonly LanesBy[] = ['slot', 'task', 'agent', 'category'];

function isLanesBy(value: string): value is LanesBy {
  return LANES.some((by) => by === value);
}

/** The options of the timeline, in the row of the tabs. */
export function TimelineOptions() {
  const win = useWindowState();
  const { by, prediction, asTable, whatIf, follow, filter } = useTimeline((options) => options);
  const criticalPath = useUi((ui) => ui.criticalPath);
  const crew = useMeasured(({ value }) => value?.figures.crew ?? null);
  return (
    <div className="panel-tools" role="toolbar" aria-label="Timeline tools">
      <input
        className="filter"
        type="search"
        placeholder="Filter"
        aria-label="Filter the timeline by name, agent or state"
        value={filter}
        onChange={(event) => timelineOptions(win).setState({ filter: event.currentTarget.value })}
      />
      <label className="muted lanes-by">
        <span className="words">Lanes by</span>
        <select
          aria-label="Lanes by"
          value={by}
          onChange={(event) => {
            const { value } = event.currentTarget;
            if (isLanesBy(value)) timelineOptions(win).setState({ by: value });
          }}
        >
          {LANES.map((lane) => (
            <option key={lane}>{lane}</option>
          ))}
        </select>
      </label>
      {by === 'task' && <CollapseGroups />}
      <Toggle
        name="Critical path"
        on={criticalPath}
        onToggle={() => win.ui.setState({ criticalPath: !criticalPath })}
      />
      <Toggle
        name="Prediction"
        on={prediction}
        onToggle={() => timelineOptions(win).setState({ prediction: !prediction })}
      />
      <Toggle name="What-if" on={whatIf} onToggle={() => timelineOptions(win).setState({ whatIf: !whatIf })} />
      <Toggle name="Table" on={asTable} onToggle={() => timelineOptions(win).setState({ asTable: !asTable })} />
      <SavePicture crew={crew} />
      <Toggle name="● Follow" on={follow} onToggle={() => timelineOptions(win).setState({ follow: !follow })} />
    </div>
  );
}

/** Collapses or expands all groups of the shown run. Nothing if it has none. */
function CollapseGroups() {
  const win = useWindowState();
  useRun((run) => run.seq);
  const state = useRun((run) => run.state);
  const collapsed = useTimeline((options) => options.collapsed);
  const groups = state === null ? [] : groupingTasks(state);
  if (groups.length === 0) return null;
  const isOn = groups.every((name) => collapsed.has(name));
  const onToggle = () => timelineOptions(win).setState({ collapsed: new Set(isOn ? [] : groups) });
  return (
    <button
      type="button"
      className={isOn ? 'button quiet on' : 'button quiet'}
      aria-label="Collapse groups"
      aria-pressed={isOn}
      title="Collapse groups"
      onClick={onToggle}
    >
      {isOn ? '▸' : '▾'}
    </button>
  );
}

function Toggle({ name, on, onToggle }: { name: string; on: boolean; onToggle: () => void }) {
  return (
    <button type="button" className={on ? 'button quiet on' : 'button quiet'} aria-pressed={on} onClick={onToggle}>
      {name}
    </button>
  );
}

/** `crew`: the name of the crew of the shown run; null: it has no figures yet. */
function SavePicture({ crew }: { crew: string | null }) {
  const win = useWindowState();
  const item = (kind: 'svg' | 'png', label: string) => (
    <DropdownMenu.Item className="menu-item" onSelect={() => crew !== null && void savePicture(win, crew, kind)}>
      {label}
    </DropdownMenu.Item>
  );
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className="button quiet"
        disabled={crew === null}
        aria-label="Save as image"
        title="Save as image"
      >
        <Icon name="export" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" loop>
          {item('svg', 'Save as SVG…')}
          {item('png', 'Save as PNG…')}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
