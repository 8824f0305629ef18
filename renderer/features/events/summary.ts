import { formatDuration, formatNumber } from '../../../shared/figures/format.ts';
import { checkText } from '../../../shared/figures/labels.ts';
import { printableLine } from '../../../shared/printable.ts';
import { dollars } from '../../../shared/run/budget.ts';
import { callNote } from '../../../shared/run/call-note.ts';
import type { EventOf, RunEvent } from '../../../shared/run/events.ts';

/** A one-line summary of an event, shown after its type and task. */
export function summaryOf(event: RunEvent): string {
  return printableLine(textOf(event));
}

function textOf(event: RunEvent): string {
  switch (event.type) {
    case 'run.started':
      return `${event.crew}, ${event.settings.slots} slots, ${event.settings.provider}${event.batch === undefined ? '' : `, row ${event.batch.row} of ${event.batch.rows} of a batch`}`;
    case 'run.slots':
      return `${event.slots} slots`;
    case 'budget.reached':
      return `${dollars(event.spent_usd)} spent of ${dollars(event.budget_usd)}`;
    case 'budget.set':
      return `${dollars(event.budget_usd)} in all, ${dollars(event.spent_usd)} spent`;
    case 'run.interrupted':
      return event.reason;
    case 'run.finished':
      return event.outcome.replace('_', ' ');
    case 'slot.started':
      return `slot ${event.slot}, process ${event.pid}`;
    case 'slot.ready':
      return `slot ${event.slot}, process ${event.pid}, after ${formatDuration(event.ms)}`;
    case 'slot.exited':
      return `slot ${event.slot}: ${event.detail ?? event.reason}`;
    case 'slot.granted':
      return grantText(event);
    case 'slot.returned':
      return `slot ${event.slot}, not used`;
    case 'pool.room':
      return `${event.pool}: ${event.free} free over all rows`;
    case 'task.assigned':
      return `to ${event.agent}`;
    case 'task.completed':
      return completionText(event);
    case 'task.failed':
      return event.message;
    case 'task.skipped':
      return `because of ${event.because.join(', ')}`;
    case 'attempt.started':
      return `${attemptText(event)} by ${event.agent} in slot ${event.slot}`;
    case 'attempt.ended':
      return `${attemptText(event)}: ${event.result}${event.message === undefined ? '' : `, ${event.message}`}`;
    case 'llm.call':
      return `${event.model}, ${formatNumber(event.prompt_tokens + event.completion_tokens)} tokens, ${formatDuration(event.ms)}${waitText(event.waited_ms)}${event.cut_at_length ? ', answer truncated' : ''}${callNote(event) === null ? '' : `, ${callNote(event)}`}`;
    case 'tool.call':
      return `${event.name}, ${event.ok ? 'answered' : 'failed'}, ${formatDuration(event.ms)}`;
    case 'milestone':
      return event.name;
    case 'delegation.started':
      if (event.judges) return `${event.to} judges the answer of ${event.from}`;
      return `${event.from} ${event.question ? 'asks' : 'delegates to'} ${event.to}`;
    case 'delegation.ended':
      return event.ok ? 'answered' : 'failed';
    case 'vote':
      return `${event.agent} for ${event.choice}`;
    case 'check':
      return `${checkText(event)}${event.detail === undefined ? '' : `, ${event.detail}`}`;
    case 'review.asked':
      return event.when === 'before' ? 'before it is done' : 'its result';
    case 'review.answered':
      return reviewText(event);
    case 'limiter':
      return `${event.in_flight} at once, ${event.reason}${event.until === undefined ? '' : ` until ${formatDuration(event.until)}`}, ${event.origin}`;
    case 'agent.held':
      return event.by === 'provider'
        ? `${event.agent}, its provider asked to wait`
        : `${event.agent}: per-minute limit reached`;
    case 'agent.freed':
      return event.agent;
    case 'resource.created':
      return `${event.resource}, ${event.capacity} units`;
    case 'resource.requested':
    case 'resource.acquired':
    case 'resource.released':
    case 'resource.timed_out':
      return `${event.resource} by ${event.holder}`;
    case 'sample':
      return `${event.slots.length} slots measured`;
    case 'cache.missed':
      return event.changed === undefined
        ? 'nothing is stored'
        : `changed since it was stored: ${event.changed.join(', ')}`;
    case 'cache.asked':
    case 'run.resumed':
    case 'run.paused':
    case 'run.unpaused':
    case 'task.ready':
    case 'task.not_chosen':
    case 'task.cancelled':
      return '';
    default:
      return event satisfies never;
  }
}

function attemptText({ attempt, turn }: EventOf<'attempt.started' | 'attempt.ended'>): string {
  return turn === undefined ? `attempt ${attempt}` : `${turn.replace(':', ' ')}, attempt ${attempt}`;
}

function grantText({ slot, for: wanted, from }: EventOf<'slot.granted'>): string {
  const turn = wanted?.turn === undefined ? '' : ` ${wanted.turn.replace(':', ' ')}`;
  const whose = wanted === undefined ? '' : ` for ${wanted.task}${turn}`;
  return `slot ${slot}${whose}${from === undefined ? '' : `, freed by ${from.task} of row ${from.row}`}`;
}

function completionText({ degraded, missing = [], edited, cached, kept }: EventOf<'task.completed'>): string {
  const notes = [
    ...(cached === undefined ? [] : [`from the cache, made by run ${cached}`]),
    ...(kept === undefined ? [] : [`kept from run ${kept}`]),
    ...(degraded ? [`degraded, without ${missing.join(', ') || 'part of its context'}`] : []),
    ...(edited ? ['edited by a person'] : []),
  ];
  return notes.join('; ');
}

function reviewText({ answer, by, when, remark }: EventOf<'review.answered'>): string {
  const said = remark === undefined ? '' : `: ${remark}`;
  const who = by === 'approve_all' ? ' beforehand' : '';
  const what = answer === 'edited' && when === 'before' ? 'written by a person' : answer.replace('_', ' ');
  return `${what}${who}${said}`;
}

export function taskOfEvent(event: RunEvent): string {
  return 'task' in event ? event.task : '';
}

/** How long a model call waited for the rate limiter. */
function waitText(ms: number | undefined): string {
  return ms === undefined ? '' : `, waited ${formatDuration(ms)} for the rate limiter`;
}
