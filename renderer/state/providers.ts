import { call } from '../base/bridge.ts';
import type { WindowState } from './window-state.ts';

/** Shows the providers as main knows them now, and whether each has a key. */
export async function loadProviders(win: WindowState): Promise<void> {
  win.ui.setState({ providers: await call('providers.list', {}) });
}
