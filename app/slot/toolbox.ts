import type { SlotOutcome, TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';
import { isToolName, TOOLS } from '../../shared/tools/catalogue.ts';
import { hideFolder } from '../base/hide-folder.ts';
import type { ToolDescription } from '../models/client.ts';
import { loadTool } from '../tools/registry.ts';
import type { ToolResult } from '../tools/tool.ts';
import type { TurnPort } from './turn-port.ts';

/** Shorter keys are placeholders that local servers accept, which occur in ordinary texts. */
const SHORTEST_KEY = 8;
const KEY_REFUSED = "Not carried out: the arguments contain the API key of the model's server.";

/** A tool as this turn can call it. */
export interface SlotTool {
  description: ToolDescription;
  call(args: unknown, idempotencyKey: string): Promise<CalledTool>;
}

export interface CalledTool extends ToolResult {
  /** The tool was not called: the answer is rehearsed. */
  rehearsed?: boolean;
  /** The time in ms that the engine kept the tool waiting. */
  waitedMs?: number;
  /** The tool could not answer now. The attempt ends, and the next attempt calls the tool again. */
  ended?: SlotOutcome;
}

/** Returns the tools of an agent, loaded on demand and described for this workspace. */
export async function toolbox(
  { memory_mib, rehearsal, tool_texts }: TurnSubmission,
  agent: TurnAgent,
  port: TurnPort,
): Promise<SlotTool[]> {
  const { workspace, keys } = port.provided;
  const names = agent.tools.filter(isToolName);
  return Promise.all(
    names.map(async (name) => {
      const tool = await loadTool(name);
      const texts = tool_texts?.[name] ?? (await tool.describe(workspace));
      return {
        description: { name, ...texts },
        call: async (args: unknown, idempotencyKey: string): Promise<CalledTool> => {
          if (holdsKey(args, keys[agent.name] ?? null)) return { ok: false, text: KEY_REFUSED };
          if (rehearsal && tool.rehearse) return { ok: true, text: tool.rehearse(args), rehearsed: true };
          const wait = waitMeter(port, TOOLS[name].waits);
          const context = {
            workspace,
            agent: agent.name,
            memoryMib: memory_mib,
            signal: port.signal,
            idempotencyKey,
            ask: wait.ask,
          };
          const result = withoutFolder(await tool.call(args, context), workspace);
          return { ...result, ...(wait.ms() > 0 ? { waitedMs: wait.ms() } : {}) };
        },
      };
    }),
  );
}

/**
 * Whether the arguments of a tool call contain the model's key, which must not be written to a file or sent elsewhere.
 */
function holdsKey(args: unknown, key: string | null): boolean {
  if (key === null || key.length < SHORTEST_KEY) return false;
  return JSON.stringify(args).includes(JSON.stringify(key).slice(1, -1));
}

/** Removes the workspace of this machine from the text of a call that failed. The answer of a call stays as it is. */
function withoutFolder(result: ToolResult, workspace: string): ToolResult {
  return result.ok ? result : { ...result, text: hideFolder(result.text, workspace) };
}

/** Passes the requests of a tool to the engine. If the tool can wait for other agents, it measures how long it waited. */
function waitMeter(port: TurnPort, waits: boolean): { ask: TurnPort['ask']; ms: () => number } {
  let waited = 0;
  return {
    ask: async (request) => {
      const start = performance.now();
      const answer = await port.ask(request);
      if (waits) waited += performance.now() - start;
      return answer;
    },
    ms: () => Math.round(waited),
  };
}
