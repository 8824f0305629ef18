import { formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { degradedReason } from '../../../shared/run/degraded.ts';
import { lastAnswerText } from '../../../shared/run/last-answer.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import type { Curve } from '../../state/curves/curve.ts';
import { valueAt } from '../../state/curves/steps.ts';
import type { Hit } from './hit.ts';

/** A fact of a tooltip: label and value. */
export type Fact = readonly [string, string];

/** The facts about the element under the pointer. */
export function factsOf(hit: Hit, task: TaskState | undefined, segments: readonly TaskSegment[], now: number): Fact[] {
  switch (hit.kind) {
    case 'bar':
      return barFacts(hit, task, segments, now);
    case 'wait': {
      const { start, end, open, reason, blocker } = hit.wait;
      const blocked: Fact[] = blocker === null ? [] : [['Blocked by', blocker]];
      return [[`Waits ${waitPhrase(reason)}`, formatDuration((open ? now : end) - start)], ...blocked];
    }
    case 'start': {
      const { start, end } = hit.start;
      return [[end === null ? 'Starting for' : 'Took', formatDuration((end ?? now) - start)]];
    }
    case 'outline':
      return [
        ['Predicted start', formatDuration(hit.outline.start)],
        ['Predicted to run', formatDuration(hit.outline.end - hit.outline.start)],
      ];
    case 'mark':
      return markFacts(hit);
    case 'exit':
      return [
        ['Slot', String(hit.exit.slot)],
        ['At', formatDuration(hit.exit.t)],
      ];
    case 'curve':
      return curveFacts(hit.curve, hit.t);
    default:
      return hit satisfies never;
  }
}

/** The first few of the markers that are drawn as one. */
const MAX_NAMED = 8;

function markFacts({ marker, others }: Extract<Hit, { kind: 'mark' }>): Fact[] {
  const facts: Fact[] = [[marker.style.replace('_', ' '), `at ${formatDuration(marker.t)}`]];
  if (others.length === 0) return facts;
  const names = others.slice(0, MAX_NAMED).map(({ task }) => task);
  const more = others.length > MAX_NAMED ? [`${others.length - MAX_NAMED} more`] : [];
  return [...facts, ['Also here', [...names, ...more].join(', ')]];
}

/** The work of coworkers and judges inside a turn. */
function othersText({ delegations }: TurnState, now: number): string {
  return delegations.map(({ to, start, end }) => `${to} ${formatDuration((end ?? now) - start)}`).join(', ');
}

function barFacts(
  { bar, milestone }: Extract<Hit, { kind: 'bar' }>,
  task: TaskState | undefined,
  segments: readonly TaskSegment[],
  now: number,
): Fact[] {
  const { turn } = bar;
  const tokens = turn.calls.reduce((sum, call) => sum + call.promptTokens + call.completionTokens, 0);
  const facts: Fact[] = [
    ['Agent', turn.agent],
    ['Slot, attempt', `${turn.slot}, ${turn.attempt}`],
    ['Started', formatDuration(turn.start)],
    [turn.end === null ? 'Running for' : 'Ran', formatDuration((turn.end ?? now) - turn.start)],
    ...waitFacts(segments, turn.start),
    ['Model calls, tool calls', `${turn.calls.length}, ${turn.tools.length}`],
  ];
  if (turn.delegations.length > 0) facts.push(['Delegated time', othersText(turn, now)]);
  if (tokens > 0) facts.push(['Tokens', formatNumber(tokens)]);
  if (milestone) facts.push(['Milestone', `${milestone.name} at ${formatDuration(milestone.t)}`]);
  if (turn.calls.some(({ cutAtLength }) => cutAtLength)) facts.push(['Truncated', 'an answer: raise max_tokens']);
  facts.push(...callFacts(turn));
  if (turn.error) facts.push(['Failed', turn.error.message]);
  else if (task?.degraded) facts.push(['Degraded', degradedReason(task)]);
  return facts;
}

/** What distinguishes the model calls of a turn from plain ones: another model, no tools, parameters left out. */
function callFacts({ calls }: TurnState): Fact[] {
  const fallback = calls.findLast((call) => call.fallback !== null);
  const last = calls.findLast((call) => call.final !== null)?.final ?? null;
  const leftOut = [...new Set(calls.flatMap((call) => call.leftOut))];
  return [
    ...(fallback?.fallback ? [['Fallback', `${fallback.fallback.provider}/${fallback.model}`] satisfies Fact] : []),
    ...(last === null ? [] : [['Last answer', lastAnswerText(last)] satisfies Fact]),
    ...(leftOut.length === 0 ? [] : [['Left out', leftOut.join(', ')] satisfies Fact]),
  ];
}

/** Each wait reason of a task before its start, with the blockers. */
function waitFacts(segments: readonly TaskSegment[], until: number): Fact[] {
  return segments.flatMap((piece): Fact[] => {
    if (piece.kind !== 'waiting' || piece.end > until) return [];
    const by = piece.blocker === null ? '' : ` · ${piece.blocker}`;
    return [[`Waited ${waitPhrase(piece.reason)}`, formatDuration(piece.end - piece.start) + by]];
  });
}

/** The values of a curve at a time, as whole numbers or with one decimal. */
function curveFacts({ value, steps, limit, secondary, cooldowns }: Curve, t: number): Fact[] {
  const facts: Fact[] = [['At', formatDuration(t)]];
  facts.push([value, short(valueAt(steps, t) ?? 0)]);
  const most = valueAt(limit, t);
  if (most !== null) facts.push(['Limit', short(most)]);
  const other = secondary === null ? null : valueAt(secondary.steps, t);
  if (secondary !== null && other !== null) facts.push([secondary.label, short(other)]);
  const cooldown = cooldowns.find(({ start, end }) => start <= t && t < end);
  if (cooldown) facts.push(['Provider cooldown', `until ${formatDuration(cooldown.end)}`]);
  return facts;
}

function short(value: number): string {
  return formatNumber(value, Number.isInteger(value) || value >= 100 ? 0 : 1);
}

/** The heading above the facts. */
export function titleOf(hit: Hit): string {
  switch (hit.kind) {
    case 'bar':
      return hit.bar.label;
    case 'exit':
      return hit.exit.text;
    case 'start':
      return `start of slot ${hit.start.slot}`;
    case 'curve':
      return hit.curve.label;
    case 'wait':
    case 'outline':
    case 'mark':
      return taskOf(hit) ?? '';
    default:
      return hit satisfies never;
  }
}

/** The task of an element; null if it has none. */
export function taskOf(hit: Hit): string | null {
  switch (hit.kind) {
    case 'bar':
      return hit.bar.task;
    case 'wait':
      return hit.wait.task;
    case 'outline':
      return hit.outline.task;
    case 'mark':
      return hit.marker.task;
    case 'exit':
    case 'start':
    case 'curve':
      return null;
    default:
      return hit satisfies never;
  }
}
