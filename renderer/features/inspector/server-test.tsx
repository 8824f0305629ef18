import { SERVER_SEPARATOR } from '../../../shared/crew/resolve-tools.ts';
import { countOf } from '../../../shared/figures/format.ts';
import type { ListedTool, ServerTest as Test } from '../../../shared/ipc/values.ts';
import { duration } from '../../base/format.ts';
import { testServer, useServers } from '../../state/servers.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Group } from './group.tsx';

/** Starts the server on request, and shows its tools or why it did not start. */
export function ServerTest({ server }: { server: string }) {
  const win = useWindowState();
  const test = useServers(({ tests }) => tests[server] ?? null);
  const tools = useServers((servers) => servers.tools[server] ?? null);
  return (
    <Group name="Tools of the server">
      <div className="field">
        <button
          type="button"
          className="button"
          disabled={test === 'running'}
          onClick={() => void testServer(win, server)}
        >
          Test
        </button>
        <div role="status" className="small">
          <Outcome test={test} tools={tools} />
        </div>
      </div>
      {tools !== null && tools.length > 0 && (
        <ul className="server-tools" aria-label="Tools of the server">
          {tools.map((tool) => (
            <li key={tool.name}>
              <code>{server + SERVER_SEPARATOR + tool.name}</code>
              <p className="muted small">{tool.description}</p>
            </li>
          ))}
        </ul>
      )}
    </Group>
  );
}

interface OutcomeProps {
  /** Null: the server was not tested. */
  test: Test | 'running' | null;
  tools: readonly ListedTool[] | null;
}

function Outcome({ test, tools }: OutcomeProps) {
  if (test === 'running') return <span className="muted">Starting the server…</span>;
  if (test?.status === 'failed') return <span className="field-error">{test.message}</span>;
  if (test?.status === 'started')
    return <span>{`Started in ${duration(test.ms)} with ${countOf(test.tools.length, 'tool')}`}</span>;
  if (tools !== null)
    return <span className="muted">{`${countOf(tools.length, 'tool')} when it was last started`}</span>;
  return <span className="muted">Press Test to start the server and list its tools.</span>;
}
