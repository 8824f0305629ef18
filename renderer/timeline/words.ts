import { formatSeconds } from '../../app/reports/format.ts';
import type { TaskState } from '../../shared/run/state.ts';
import type { TaskStretch, WaitReason } from '../../shared/run/waits.ts';
import type { Hit } from './hit.ts';

/** What a reason is called in the legend and in details, after "waits". */
export const REASON: Readonly<Record<WaitReason, string>> = {
  paused: 'while paused',
  assignment: 'for its assignment',
  context: 'for context',
  person: 'for a person',
  retry: 'for its retry',
  rate_limit: "for the provider's limit",
  lane: 'for the sequential lane',
  resource: 'for a pool',
  slot: 'for a slot',
};

/** A fact and its value in a card. */
export type Fact = readonly [string, string];

/** What a card says of the thing under the pointer. */
export function factsOf(hit: Hit, task: TaskState | undefined, stretches: readonly TaskStretch[], now: number): Fact[] {
  switch (hit.kind) {
    case 'bar':
      return barFacts(hit, task, stretches, now);
    case 'wait': {
      const { start, end, open, reason, blocker } = hit.wait;
      const blocked: Fact[] = blocker === null ? [] : [['Blocked by', blocker]];
      return [[`Waits ${REASON[reason]}`, formatSeconds((open ? now : end) - start)], ...blocked];
    }
    case 'outline':
      return [
        ['Predicted start', formatSeconds(hit.outline.start)],
        ['Predicted to run', formatSeconds(hit.outline.end - hit.outline.start)],
      ];
    case 'mark':
      return [[hit.mark.look.replace('_', ' '), `at ${formatSeconds(hit.mark.t)}`]];
    default:
      return hit satisfies never;
  }
}

function barFacts(
  { bar, milestone }: Extract<Hit, { kind: 'bar' }>,
  task: TaskState | undefined,
  stretches: readonly TaskStretch[],
  now: number,
): Fact[] {
  const { turn } = bar;
  const tokens = turn.calls.reduce((sum, call) => sum + call.promptTokens + call.completionTokens, 0);
  const facts: Fact[] = [
    ['Agent', turn.agent],
    ['Slot, attempt', `${turn.slot}, ${turn.attempt}`],
    ['Started', formatSeconds(turn.start)],
    [turn.end === null ? 'Running for' : 'Ran', formatSeconds((turn.end ?? now) - turn.start)],
    ...waitFacts(stretches, turn.start),
    ['Model calls, tool calls', `${turn.calls.length}, ${turn.tools.length}`],
  ];
  if (tokens > 0) facts.push(['Tokens', String(tokens)]);
  if (milestone) facts.push(['Milestone', `${milestone.name} at ${formatSeconds(milestone.t)}`]);
  if (turn.error) facts.push(['Failed', turn.error.message]);
  else if (task?.degraded) facts.push(['Degraded', `without ${task.missing.join(', ') || 'part of its context'}`]);
  return facts;
}

/** Each reason that a task waited for until it started, with what blocked it. */
function waitFacts(stretches: readonly TaskStretch[], until: number): Fact[] {
  return stretches.flatMap((piece): Fact[] => {
    if (piece.kind === 'running' || piece.end > until) return [];
    const by = piece.blocker === null ? '' : ` · ${piece.blocker}`;
    return [[`Waited ${REASON[piece.reason]}`, formatSeconds(piece.end - piece.start) + by]];
  });
}

export function taskOf(hit: Hit): string {
  switch (hit.kind) {
    case 'bar':
      return hit.bar.task;
    case 'wait':
      return hit.wait.task;
    case 'outline':
      return hit.outline.task;
    case 'mark':
      return hit.mark.task;
    default:
      return hit satisfies never;
  }
}
