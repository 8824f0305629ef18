import { printableJson } from '../../shared/printable.ts';
import { concurrencySteps } from '../../shared/run/concurrency.ts';
import type { RunState, SlotExit, TurnState } from '../../shared/run/state.ts';
import type { LimitFigures } from './figures/limits.ts';
import type { MeasuredFigures } from './figures.ts';
import { exitText, limitText } from './slot-words.ts';
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
/** Tracks of limiters are numbered from here: above every slot. */
const LIMITS_FROM = 10_000;

/** `trace.json`: a track a slot with turns, model calls, tool calls, milestones and ends of processes; one for each limiter. */
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
    ...figures.slotUse.flatMap(({ slot, exits }) => exits.map((exit) => exitEvent(slot, exit, figures.slotMemoryMib))),
    ...figures.limits.flatMap((limit, at) => limitEvents(limit, LIMITS_FROM + at)),
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
  return `${printableJson({ displayTimeUnit: 'ms', traceEvents }, 1)}\n`;
}

function exitEvent(slot: number, exit: SlotExit, memoryMib: number): TraceEvent {
  const { t, pid, reason, detail, replaced } = exit;
  const name = exitText(exit, memoryMib);
  const args = { pid, reason, detail, replaced };
  return { name, cat: 'slot', ph: 'i', s: 't', pid: PROCESS, tid: slot, ts: t * 1000, args };
}

/** A track an origin: the stretches in which its provider asked to wait, each step, and the ceiling over time. */
function limitEvents({ origin, steps, holds, ceiling }: LimitFigures, tid: number): TraceEvent[] {
  const track = { pid: PROCESS, tid };
  return [
    { name: 'thread_name', ph: 'M', ...track, args: { name: `Limiter of ${origin}` } },
    ...holds.map(({ start, end }): TraceEvent => {
      return { name: 'asked to wait', cat: 'limiter', ph: 'X', ...track, ts: start * 1000, dur: (end - start) * 1000 };
    }),
    ...steps.map((step): TraceEvent => {
      const args = { before: step.before, after: step.after, reason: step.reason };
      return { name: limitText(step), cat: 'limiter', ph: 'i', s: 't', ...track, ts: step.t * 1000, args };
    }),
    ...ceiling.map(({ t, value }): TraceEvent => {
      return { name: `Calls allowed at ${origin}`, ph: 'C', pid: PROCESS, ts: t * 1000, args: { allowed: value } };
    }),
  ];
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
