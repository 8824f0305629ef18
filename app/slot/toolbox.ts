import type { Failure } from '../../shared/run/error-kind.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { ApprovalAnswer } from '../../shared/slot/slot-request.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { isToolName, TOOLS } from '../../shared/tools/catalogue.ts';
import type { ToolDefinition } from '../../shared/tools/definition.ts';
import type { ToolDescription as CatalogueEntry } from '../../shared/tools/description.ts';
import { hideFolder } from '../base/hide-folder.ts';
import type { ToolDescription } from '../models/tool-description.ts';
import { definedTool } from '../tools/defined-tool.ts';
import { loadTool } from '../tools/registry.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import type { TurnPort } from './turn-port.ts';

/** Shorter keys are placeholders that local servers accept, which occur in ordinary texts. */
const SHORTEST_KEY = 8;
const KEY_REFUSED = "Not carried out: the arguments contain the API key of the model's server.";

/** A tool as this turn can call it. */
export interface SlotTool {
  description: ToolDescription;
  /** Whether its answer can change although nothing is called in between. Such a call can be repeated. */
  answerChanges?: boolean;
  /** Whether a call changes nothing. */
  isReadOnly?: boolean;
  /** Whether no other call may be in progress. */
  runsAlone?: boolean;
  /**
   * Whether a replay gives the recorded answer without the call. Tools that write to the workspace are called, so that
   * a replay makes the same files.
   */
  isReplayed?: boolean;
  /** @param isAgain whether the call is from an earlier attempt, which ended before its answer */
  call(args: unknown, idempotencyKey: string, isAgain: boolean): Promise<CalledTool>;
}

export interface CalledTool extends ToolResult {
  /** The tool was not called: the answer is rehearsed. */
  rehearsed?: boolean;
  /** The tool was not called: the agent has the answer already. */
  repeated?: boolean;
  /** What a person decided about the call; absent if it needed no approval. */
  approved?: ApprovalAnswer['answer'];
  /** A note that the model receives in addition to the text of the answer. */
  note?: string;
  /** The time in ms that the engine kept the tool waiting. */
  waitedMs?: number;
  /** The tool could not answer now. The attempt ends, and the next attempt calls the tool again. */
  ended?: SlotOutcome;
}

/** The tools of an agent. Not ok: a server of the crew did not start, or lacks a tool that the agent names. */
export type Toolbox = { ok: true; tools: SlotTool[] } | { ok: false; failure: Failure };

/** A tool with what the slot knows about it before it is loaded. */
interface Entry extends About {
  name: string;
  load(): Promise<Tool>;
}

type About = Pick<CatalogueEntry, 'waits' | 'answerChanges' | 'isReadOnly' | 'runsAlone'> & { isReplayed: boolean };

/** Returns the tools of an agent, loaded on demand and described for this workspace. */
export async function toolbox(turn: TurnSubmission, agent: TurnAgent, port: TurnPort): Promise<Toolbox> {
  const { tool_definitions: definitions = {} } = turn;
  const isKnown = (name: string) => isToolName(name) || Object.hasOwn(definitions, name);
  const ofServers = agent.tools.filter((name) => !isKnown(name));
  const found = ofServers.length === 0 ? [] : await findServerTools(agent, ofServers, port);
  if (!Array.isArray(found)) return { ok: false, failure: found };
  const defined = [...agent.tools.flatMap((name) => (isToolName(name) ? [] : (definitions[name] ?? []))), ...found];
  const entries = [...agent.tools.filter(isToolName).map(builtIn), ...defined.map(ofCrew)];
  return { ok: true, tools: await Promise.all(entries.map((entry) => slotTool(entry, turn, agent, port))) };
}

async function findServerTools(
  { name: agent }: TurnAgent,
  names: string[],
  port: TurnPort,
): Promise<ToolDefinition[] | Failure> {
  const { tools = [], failure } = await port.ask({ kind: 'tools.find', agent, names });
  return failure ?? tools;
}

function builtIn(name: keyof typeof TOOLS): Entry {
  const tool: CatalogueEntry = TOOLS[name];
  const { waits, answerChanges, isReadOnly = false, runsAlone, runsIn, reachesOutside } = tool;
  // A replay asks the person again, and finds the answer in the recording.
  const isReplayed = name !== 'ask_person' && (runsIn !== 'slot' || reachesOutside || isReadOnly);
  const load = () => loadTool(name);
  return { name, load, waits, answerChanges, isReadOnly, isReplayed, ...(runsAlone ? { runsAlone } : {}) };
}

/** A request that only reads changes nothing on its server. */
function ofCrew(definition: ToolDefinition): Entry {
  const { source } = definition;
  const isReplayed = source.kind !== 'script';
  const isReadOnly = source.kind === 'http' && (source.http.method === 'GET' || source.http.method === 'HEAD');
  const about: About = { waits: false, answerChanges: false, isReadOnly, isReplayed };
  return { name: definition.name, load: async () => definedTool(definition), ...about };
}

async function slotTool(
  { name, load, waits, answerChanges, isReadOnly = false, runsAlone, isReplayed }: Entry,
  { memory_mib, rehearsal, tool_texts, databases }: TurnSubmission,
  agent: TurnAgent,
  port: TurnPort,
): Promise<SlotTool> {
  const { workspace, keys } = port.provided;
  const tool = await load();
  const texts = tool_texts?.[name] ?? (await tool.describe(workspace, databases));
  return {
    description: { name, ...texts },
    answerChanges,
    isReadOnly,
    runsAlone: runsAlone === true,
    isReplayed,
    call: async (args: unknown, idempotencyKey: string, isAgain: boolean): Promise<CalledTool> => {
      if (holdsKey(args, keys[agent.name] ?? null)) return { ok: false, text: KEY_REFUSED };
      if (rehearsal && tool.rehearse) return { ok: true, text: tool.rehearse(args), rehearsed: true };
      const wait = waitMeter(port, waits);
      const context = {
        workspace,
        agent: agent.name,
        memoryMib: memory_mib,
        databases,
        signal: port.signal,
        idempotencyKey,
        isAgain,
        ask: wait.ask,
      };
      const result = withoutFolder(await tool.call(args, context), workspace);
      return { ...result, ...(wait.ms() > 0 ? { waitedMs: wait.ms() } : {}) };
    },
  };
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
