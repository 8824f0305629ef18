import { Tabs } from 'radix-ui';
import { useRef } from 'react';
import { PanelGuard } from './base/panel-guard.tsx';
import { useFitted } from './base/use-fitted.ts';
import { ShownRun } from './shown-run.tsx';
import { useRegistry } from './state/contribution.ts';
import { showTab, useUi } from './state/ui.ts';
import { useWindowState } from './state/window-state.ts';

/** The panels of a run, one per tab. Only the open one is mounted. */
export function LowerPanels() {
  const win = useWindowState();
  const { tabs } = useRegistry();
  const tab = useUi((ui) => ui.tab);
  const Tools = tabs.find(({ name }) => name === tab)?.Tools;
  const row = useRef<HTMLDivElement>(null);
  useFitted(row, 3);
  return (
    <Tabs.Root className="region lower" data-keys="run" value={tab} onValueChange={(tab) => showTab(win, tab)}>
      <div className="tabs" ref={row}>
        <Tabs.List aria-label="Run">
          {tabs.map(({ name }) => (
            <Tabs.Trigger key={name} value={name}>
              {name}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <span className="grow" />
        {Tools && <Tools />}
      </div>
      <ShownRun />
      {tabs.map(({ name, Panel }) => (
        <Tabs.Content key={name} value={name} className="tab-panel" tabIndex={-1}>
          <section aria-label={name}>
            <PanelGuard>
              <Panel />
            </PanelGuard>
          </section>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
