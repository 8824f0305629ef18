import { concurrencySteps } from '../../shared/run/concurrency.ts';
import type { RunState, TurnState } from '../../shared/run/state.ts';
import type { MeasuredFigures } from './figures.ts';
import { titlesOf } from './words.ts';

/** An event of the trace format that Perfetto and Chrome's tracing page read; times in microseconds. */
interface TraceEvent {
  name: string;
  ph: 'X' | 'i' | 'C' | 'M';
  pid: number;
  tid?: number;
  ts?: number;
  dur?: number;
  cat?: string;
  s?: 't';
  args?: Record<string, unknown>;
}

const PROCESS = 1;

/** `trace.json`: a track a slot with turns, model calls, tool calls and milestones, and the number of running turns. */
export function traceFile(state: RunState, figures: MeasuredFigures): string {
  const titles = titlesOf(figures);
  const slots = [...new Set(state.turns.map((turn) => turn.slot))].sort((a, b) => a - b);
  const traceEvents: TraceEvent[] = [
    {
      name: 'process_name',
      ph: 'M',
      pid: PROCESS,
      args: { name: `${figures.crew}${figures.rehearsal ? ' (rehearsal)' : ''}` },
    },
    ...slots.map(
      (slot): TraceEvent => ({ name: 'thread_name', ph: 'M', pid: PROCESS, tid: slot, args: { name: `Slot ${slot}` } }),
    ),
    ...state.turns.flatMap((turn) => turnEvents(turn, titles, state.t)),
    ...concurrencySteps(state, state.t).map(
      ({ t, running }): TraceEvent => ({
        name: 'Running turns',
        ph: 'C',
        pid: PROCESS,
        ts: t * 1000,
        args: { running },
      }),
    ),
  ];
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents }, null, 1)}\n`;
}

function turnEvents(turn: TurnState, titles: ReadonlyMap<string, string>, now: number): TraceEvent[] {
  const track = { pid: PROCESS, tid: turn.slot };
  const piece = (
    name: string,
    cat: string,
    start: number,
    end: number | null,
    args: Record<string, unknown>,
  ): TraceEvent => ({
    name,
    cat,
    ph: 'X',
    ...track,
    ts: start * 1000,
    dur: ((end ?? now) - start) * 1000,
    args,
  });
  const { task, agent, attempt, result, error } = turn;
  return [
    piece(titles.get(task) ?? task, 'turn', turn.start, turn.end, {
      task,
      agent,
      attempt,
      turn: turn.turn,
      result,
      error,
    }),
    ...turn.calls.map((call) => {
      const { agent: by, model, promptTokens, completionTokens, firstTokenMs } = call;
      const args = {
        agent: by,
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        first_token_ms: firstTokenMs,
      };
      return piece(model, 'model', call.start, call.end, args);
    }),
    ...turn.tools.map((call) => {
      return piece(call.name, 'tool', call.start, call.end, {
        agent: call.agent,
        ok: call.ok,
        rehearsed: call.rehearsed,
      });
    }),
    ...turn.delegations.map((one) =>
      piece(`${one.from} → ${one.to}`, 'delegation', one.start, one.end, { ok: one.ok }),
    ),
    ...turn.milestones.map(
      ({ name, t, data }): TraceEvent => ({
        name,
        cat: 'milestone',
        ph: 'i',
        s: 't',
        ...track,
        ts: t * 1000,
        args: { data },
      }),
    ),
  ];
}
