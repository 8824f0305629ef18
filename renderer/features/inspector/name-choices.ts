import { useMemo } from 'react';
import type { NameList } from '../../../shared/crew/fields/field-info.ts';
import { SERVER_SEPARATOR } from '../../../shared/crew/resolve-tools.ts';
import { TOOL_NAMES } from '../../../shared/tools/catalogue.ts';
import { useDocument } from '../../state/document.ts';
import { useServers } from '../../state/servers.ts';
import type { ServersState } from '../../state/stores/servers-store.ts';
import { useUi } from '../../state/ui.ts';

/** The names that a key can refer to, with their labels. */
export function useNameChoices(of: NameList): readonly (readonly [name: string, label: string])[] {
  const { agents, tasks, pools, tools, mcp_servers } = useDocument(({ crew }) => crew);
  const listed = useServers((servers) => servers.tools);
  const providers = useUi((ui) => ui.providers);
  return useMemo(() => {
    switch (of) {
      case 'agents':
        return agents.map(asChoice);
      case 'tasks':
        return tasks.map(asChoice);
      case 'pools':
        return pools.map(asChoice);
      case 'tools':
        return [...TOOL_NAMES, ...tools.map(({ name }) => name), ...serverTools(Object.keys(mcp_servers), listed)].map(
          (name) => [name, name] as const,
        );
      case 'providers':
        return providers.map(({ name, title }) => [name, title] as const);
      default:
        return of satisfies never;
    }
  }, [of, agents, tasks, pools, tools, mcp_servers, listed, providers]);
}

/** The names by which agents can have tools of servers: all of a server, and those that it has listed. */
function serverTools(servers: readonly string[], listed: ServersState['tools']): string[] {
  return servers.flatMap((server) => {
    const start = server + SERVER_SEPARATOR;
    return [`${start}*`, ...(listed[server] ?? []).map(({ name }) => start + name)];
  });
}

function asChoice({ name }: { name: string }): readonly [string, string] {
  return [name, name];
}
