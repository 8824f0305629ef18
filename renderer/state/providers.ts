import { call } from '../base/bridge.ts';
import { useUi } from './ui.ts';

/** Shows the providers as main knows them now, and whether each has a key. */
export async function loadProviders(): Promise<void> {
  useUi.setState({ providers: await call('providers.list', {}) });
}
