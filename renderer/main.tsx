import './trusted-types.ts';
import './base/jitless.ts';
import 'reactflow/dist/base.css';
import './base/theme/theme.css';
import './base/theme/controls.css';
import './base/theme/shell.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { activitiesOfPage } from './base/activities.ts';
import { defineWaitColors } from './base/theme/wait-colors.ts';
import { REGISTRY } from './contributions.ts';
import { reportErrors } from './report-errors.ts';
import { reportWhenSettled, startApp } from './start.ts';
import { RegistryContext } from './state/contribution.ts';
import { WindowProvider } from './state/window-provider.tsx';
import { createWindowState } from './state/window-state.ts';

declare global {
  /** Libraries that create style elements read it: the page's policy accepts only style elements with this nonce. */
  var __webpack_nonce__: string | undefined;
}
globalThis.__webpack_nonce__ = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content;

defineWaitColors();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
reportErrors(window);
const activities = activitiesOfPage(window.crewlane);
activities.showOn(document.documentElement);
const win = createWindowState(activities);
await startApp(win, REGISTRY);
createRoot(root).render(
  <RegistryContext value={REGISTRY}>
    <WindowProvider win={win}>
      <App />
    </WindowProvider>
  </RegistryContext>,
);
reportWhenSettled(win);
