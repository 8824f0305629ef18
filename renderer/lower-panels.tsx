import { Tabs } from 'radix-ui';
import { useRef } from 'react';
import { PanelGuard } from './panel-guard.tsx';
import { ShownRun } from './shown-run.tsx';
import { showTab, TABS, type Tab, useUi } from './store/ui.ts';
import { TimelineOptions } from './timeline/timeline-options.tsx';
import { useFitted } from './use-fitted.ts';

const modules = import.meta.glob<Record<string, React.ComponentType>>(
  [
    './timeline/timeline.tsx',
    './results/results.tsx',
    './dashboard/dashboard.tsx',
    './events/events.tsx',
    './resources/resources.tsx',
    './runs/runs.tsx',
  ],
  { eager: true },
);

function panel(name: Tab): React.ComponentType {
  return modules[`./${name.toLowerCase()}/${name.toLowerCase()}.tsx`]?.[name] ?? (() => null);
}
const PANELS: Readonly<Record<Tab, React.ComponentType>> = {
  Timeline: panel('Timeline'),
  Results: panel('Results'),
  Dashboard: panel('Dashboard'),
  Events: panel('Events'),
  Resources: panel('Resources'),
  Runs: panel('Runs'),
};

/** What a run shows, a tab each; only the open one works. */
export function LowerPanels() {
  const tab = useUi((ui) => ui.tab);
  const row = useRef<HTMLDivElement>(null);
  useFitted(row, 3);
  return (
    <Tabs.Root
      className="region lower"
      data-keys="run"
      value={tab}
      onValueChange={(value) => showTab(TABS.find((one) => one === value) ?? 'Timeline')}
    >
      <div className="tabs" ref={row}>
        <Tabs.List aria-label="Run">
          {TABS.map((name) => (
            <Tabs.Trigger key={name} value={name}>
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="grow" />
        {tab === 'Timeline' && <TimelineOptions />}
      </div>
      <ShownRun />
      {TABS.map((name) => {
        const Content = PANELS[name];
        return (
          <Tabs.Content key={name} value={name} className="tab-panel" tabIndex={-1}>
            <section aria-label={name}>
              <PanelGuard>
                <Content />
              </PanelGuard>
            </section>
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}
