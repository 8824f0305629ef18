import { z } from 'zod';
import { formatDuration } from '../../figures/format.ts';
import type { RunState, ServerState } from '../state.ts';
import { eventKind } from './kind.ts';
import { eventSchema, ms } from './shapes.ts';

/** Events of the servers of the crew (`mcp_servers`). Servers end with the run, without an event. */
export const SERVER_EVENTS = {
  /** A server was started and has listed its tools. `ms`: the time since it was started. */
  'mcp.started': eventKind(eventSchema('mcp.started', { server: z.string(), tools: z.int().nonnegative(), ms }), {
    fold: (run, { t, server, tools, ms: took }) => {
      const state = serverState(run, server);
      state.status = 'running';
      state.starts.push({ t, ms: took, tools });
    },
    describe: ({ server, tools, ms: took }) =>
      `${server}, ${tools === 1 ? '1 tool' : `${tools} tools`}, after ${formatDuration(took)}`,
  }),
  /** A server ended during the run, or did not start. It is started again at most once, when it is next needed. */
  'mcp.exited': eventKind(
    eventSchema('mcp.exited', {
      server: z.string(),
      /** What happened, as a phrase that follows the name of the server. */
      detail: z.string(),
      /** The end of what it wrote to standard error; empty if it wrote nothing. */
      stderr: z.string(),
    }),
    {
      fold: (run, { t, server, detail, stderr }) => {
        const state = serverState(run, server);
        state.status = 'exited';
        state.exits.push({ t, detail, stderr });
      },
      describe: ({ server, detail }) => `${server} ${detail}`,
    },
  ),
};

/** Marks all servers as ended: they ended with the process that ran them. */
export function loseServers({ servers }: RunState): void {
  for (const server of servers.values()) server.status = 'exited';
}

function serverState({ servers }: RunState, name: string): ServerState {
  const known = servers.get(name);
  if (known) return known;
  const server: ServerState = { name, status: 'exited', starts: [], exits: [] };
  servers.set(name, server);
  return server;
}
