import type { RunState } from '../../run/state.ts';
import type { ModelCall, ToolCall } from '../../run/turn-state.ts';
import { type Usage, usageOf } from '../usage.ts';

/** The calls of one tool, over all agents. Times are whole milliseconds. */
export interface ToolFigures {
  name: string;
  calls: number;
  failed: number;
  /** Calls whose answer was rehearsed. */
  rehearsed: number;
  totalMs: number;
  /** Half and 95% of the calls took at most this long; null if none has ended. */
  p50Ms: number | null;
  p95Ms: number | null;
  longestMs: number | null;
  /** The task of the longest call. */
  longestIn: string | null;
}

/** The calls of one model, over all agents. Times are whole milliseconds, and those of failed calls are left out. */
export interface ModelFigures {
  model: string;
  usage: Usage;
  p50Ms: number | null;
  p95Ms: number | null;
  /** Time until the first token; null if no call reported it. */
  firstTokenP50Ms: number | null;
  firstTokenP95Ms: number | null;
  /** Completion tokens per second from the first token to the end of the answers; null if nothing was measured. */
  tokensPerSecond: number | null;
}

/** Returns the tools that a run called, the one with most time first. */
export function toolFigures({ turns }: RunState): ToolFigures[] {
  const byName = groups(
    turns.flatMap(({ task, tools }) => tools.map((call) => ({ task, call }))),
    ({ call }) => call.name,
  );
  return [...byName]
    .map(([name, calls]) => ofTool(name, calls))
    .sort((a, b) => b.totalMs - a.totalMs || (a.name < b.name ? -1 : 1));
}

function ofTool(name: string, calls: readonly { task: string; call: ToolCall }[]): ToolFigures {
  const ended = calls.flatMap(({ task, call: { start, end } }) => (end === null ? [] : [{ task, ms: end - start }]));
  const sorted = ended.sort((a, b) => a.ms - b.ms);
  const lengths = sorted.map(({ ms }) => ms);
  const longest = sorted.at(-1);
  return {
    name,
    calls: calls.length,
    failed: calls.filter(({ call: { end, ok } }) => end !== null && !ok).length,
    rehearsed: calls.filter(({ call }) => call.rehearsed).length,
    totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
    p50Ms: percentile(lengths, 50),
    p95Ms: percentile(lengths, 95),
    longestMs: longest?.ms ?? null,
    longestIn: longest?.task ?? null,
  };
}

/** Returns the models that a run called, the one with most calls first. */
export function modelFigures({ turns }: RunState): ModelFigures[] {
  const byModel = groups(
    turns.flatMap(({ calls }) => calls),
    ({ model }) => model,
  );
  return [...byModel]
    .map(([model, calls]) => ofModel(model, calls))
    .sort((a, b) => b.usage.calls - a.usage.calls || (a.model < b.model ? -1 : 1));
}

function ofModel(model: string, calls: readonly ModelCall[]): ModelFigures {
  const answered = calls.flatMap(({ start, end, error, firstTokenMs, completionTokens }) =>
    end === null || error !== null ? [] : [{ ms: end - start, firstTokenMs, completionTokens }],
  );
  const lengths = answered.map(({ ms }) => ms).sort((a, b) => a - b);
  const firsts = answered.flatMap(({ firstTokenMs }) => firstTokenMs ?? []).sort((a, b) => a - b);
  const streamed = answered.filter(({ firstTokenMs }) => firstTokenMs !== null);
  const streamingMs = streamed.reduce((sum, { ms, firstTokenMs }) => sum + ms - (firstTokenMs ?? 0), 0);
  const tokens = streamed.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return {
    model,
    usage: usageOf(calls),
    p50Ms: percentile(lengths, 50),
    p95Ms: percentile(lengths, 95),
    firstTokenP50Ms: percentile(firsts, 50),
    firstTokenP95Ms: percentile(firsts, 95),
    tokensPerSecond: streamingMs > 0 ? (tokens * 1000) / streamingMs : null,
  };
}

/** The nearest-rank percentile of ascending numbers; null if there are none. */
function percentile(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? null;
}

function groups<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const group = found.get(nameOf(item));
    if (group) group.push(item);
    else found.set(nameOf(item), [item]);
  }
  return found;
}
