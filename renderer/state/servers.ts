import type { Crew } from '../../shared/crew/schema.ts';
import { call } from '../base/bridge.ts';
import { LatestRequest } from '../base/latest-request.ts';
import { syncEdits } from './edits.ts';
import { perWindow, storeHook, type WindowState } from './window-state.ts';

/** A value of what is known about the servers of the crew. */
export const useServers = storeHook(({ servers }) => servers);

const requestsOf = perWindow(() => new LatestRequest());

/** Reads which tools the servers of the crew have, now and after each change. Call it once at startup. */
export function followServers(win: WindowState): void {
  const load = () => void loadServerTools(win);
  win.document.subscribe((now, before) => {
    const [is, was] = [now.crew.mcp_servers, before.crew.mcp_servers];
    if (is === was && now.path === before.path) return;
    win.servers.setState(({ tests }) => ({ tests: unchangedTests(tests, was, is) }));
    if (Object.keys(is).length > 0) load();
    else win.servers.setState({ tools: {} });
  });
  let seen = 0;
  win.run.subscribe(({ events }) => {
    const hasStarted = events.slice(Math.min(seen, events.length)).some(({ type }) => type === 'mcp.started');
    seen = events.length;
    if (hasStarted) load();
  });
  if (Object.keys(win.document.getState().crew.mcp_servers).length > 0) load();
}

/** Reads the stored tools of the crew's servers. */
async function loadServerTools(win: WindowState): Promise<void> {
  const isLatest = requestsOf(win).begin();
  if (!(await syncEdits(win))) return;
  const tools = await call('servers.tools', {});
  if (isLatest()) win.servers.setState({ tools });
}

/** Starts a server of the crew to see its tools, and ends it. Main asks for consent first, if that is needed. */
export async function testServer(win: WindowState, server: string): Promise<void> {
  const record = (test: Parameters<typeof withTest>[2]) =>
    win.servers.setState(({ tests }) => withTest(tests, server, test));
  if (win.servers.getState().tests[server] === 'running') return;
  if (!(await syncEdits(win))) {
    record({ status: 'failed', message: 'The crew has values that are not valid. Correct them first.' });
    return;
  }
  const tested = win.document.getState().crew.mcp_servers[server];
  record('running');
  const test = await call('servers.test', { server });
  // A server that was changed meanwhile has not been tested.
  if (win.document.getState().crew.mcp_servers[server] !== tested) return;
  record(test);
  if (test.status === 'started') await loadServerTools(win);
}

type Tests = ReturnType<WindowState['servers']['getState']>['tests'];

function withTest(tests: Tests, server: string, test: Tests[string]): { tests: Tests } {
  return { tests: { ...tests, [server]: test } };
}

function unchangedTests(tests: Tests, before: Crew['mcp_servers'], now: Crew['mcp_servers']): Tests {
  return Object.fromEntries(Object.entries(tests).filter(([server]) => before[server] === now[server]));
}
