import { useState } from 'react';
import { SERVER_SEPARATOR } from '../../../shared/crew/resolve-tools.ts';
import { countOf } from '../../../shared/figures/format.ts';
import type { ListedTool, ServerTest } from '../../../shared/ipc/values.ts';
import { addDefinition } from '../../state/commands/definition-edits.ts';
import { useDocument } from '../../state/document.ts';
import { useServers } from '../../state/servers.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AddEntry, DefinitionEntry, ToolEntry } from './entries.tsx';

/** The servers of the crew with the tools that they listed when they were last started. */
export function Servers() {
  const win = useWindowState();
  const servers = useDocument(({ crew }) => crew.mcp_servers);
  return (
    <>
      <h2 className="heading">Servers</h2>
      {Object.keys(servers).map((name) => (
        <Server key={name} name={name} />
      ))}
      <AddEntry kind="server" onAdd={() => addDefinition(win, 'server')} />
    </>
  );
}

function Server({ name }: { name: string }) {
  const tools = useServers((known) => known.tools[name] ?? null);
  const test = useServers(({ tests }) => tests[name] ?? null);
  return (
    <>
      <DefinitionEntry kind="server" name={name} aside={stateText(tools, test)} />
      {tools !== null && tools.length > 0 && <ToolsOfServer server={name} tools={tools} />}
    </>
  );
}

function stateText(tools: readonly ListedTool[] | null, test: ServerTest | 'running' | null): string {
  if (test === 'running') return 'starting';
  if (test?.status === 'failed') return 'failed';
  return tools === null ? 'not started' : countOf(tools.length, 'tool');
}

/** A closed list renders no entries: a server can have hundreds of tools. */
function ToolsOfServer({ server, tools }: { server: string; tools: readonly ListedTool[] }) {
  const [isOpen, setOpen] = useState(false);
  const prefix = server + SERVER_SEPARATOR;
  return (
    <details className="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="faint" aria-label={`Tools of ${server}`}>
        {countOf(tools.length, 'tool')}
      </summary>
      {isOpen && (
        <>
          <ToolEntry tool={`${prefix}*`} text="all tools" icon="tool" description={`All tools of ${server}`} />
          {tools.map(({ name, description }) => (
            <ToolEntry key={name} tool={prefix + name} text={name} icon="tool" description={description} />
          ))}
        </>
      )}
    </details>
  );
}
