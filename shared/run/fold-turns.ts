import { callNote } from './call-note.ts';
import { roleOf } from './consensus.ts';
import type { EventOf } from './events.ts';
import type { ResultBody, RunState, TaskState, TurnState } from './state.ts';

/** A slot has been handed over to a turn. */
export function startTurn(run: RunState, event: EventOf<'attempt.started'>): void {
  const task = run.tasks.get(event.task);
  if (!task) return;
  const turn: TurnState = {
    task: event.task,
    attempt: event.attempt,
    turn: event.turn ?? null,
    slot: event.slot,
    slotFrom: run.slots.get(event.slot)?.grantedFrom ?? null,
    agent: event.agent,
    start: event.t,
    end: null,
    result: null,
    error: null,
    output: null,
    shortened: [],
    retryAt: null,
    rateLimited: false,
    calls: [],
    tools: [],
    milestones: [],
    delegations: [],
    seq: event.seq,
    endSeq: null,
  };
  task.turns.push(turn);
  task.running += 1;
  run.turns.push(turn);
  run.running.add(turn);
}

/** A turn has its outcome. One that has ended already keeps its first. */
export function endTurn(run: RunState, event: EventOf<'attempt.ended'>): void {
  const turn = findTurn(run, event);
  if (!turn || turn.end !== null) return;
  turn.end = event.t;
  turn.endSeq = event.seq;
  turn.result = event.result;
  turn.error = event.kind === undefined ? null : { kind: event.kind, message: event.message ?? '' };
  turn.output = bodyOf(event);
  turn.shortened = event.shortened ?? [];
  turn.retryAt = event.retry_at ?? null;
  turn.rateLimited = event.rate_limited ?? false;
  // What it had handed on ends with it.
  for (const delegation of turn.delegations) delegation.end ??= event.t;
  run.running.delete(turn);
  if (event.result === 'cancelled') noteStopped(run, turn);
  const task = run.tasks.get(event.task);
  if (!task) return;
  task.running -= 1;
  if (turn.result === 'ok') takeProposal(task, turn);
}

/** Marks the end of a slot's process as stopped if it ended with a cancelled turn. */
function noteStopped({ slots }: RunState, { slot, start }: TurnState): void {
  const exit = slots.get(slot)?.exits.at(-1);
  if (exit && exit.t >= start) exit.stopped = true;
}

/** Of an agent that proposed again the last proposal counts. */
function takeProposal(task: TaskState, { turn, output, shortened }: TurnState): void {
  const role = roleOf(turn);
  if (role?.kind !== 'propose' || output === null) return;
  task.proposals = task.proposals.filter(({ agent }) => agent !== role.agent);
  task.proposals.push({ agent: role.agent, output, shortened });
}

/** The turn that an event belongs to; the latest ones come first, since events mostly concern those. */
function findTurn(
  run: RunState,
  at: { task: string; attempt: number; turn?: string | undefined },
): TurnState | undefined {
  return run.tasks
    .get(at.task)
    ?.turns.findLast((turn) => turn.attempt === at.attempt && turn.turn === (at.turn ?? null));
}

type TurnEvent = EventOf<'llm.call' | 'tool.call' | 'milestone' | 'delegation.started' | 'delegation.ended'>;

/** Takes what a running turn did into the run. */
export function applyTurnEvent(run: RunState, event: TurnEvent): void {
  const turn = findTurn(run, event);
  if (!turn) return;
  switch (event.type) {
    case 'llm.call':
      turn.calls.push({
        start: Math.max(turn.start, event.t - event.ms),
        end: event.t,
        agent: event.agent,
        model: event.model,
        firstTokenMs: event.first_token_ms,
        promptTokens: event.prompt_tokens,
        completionTokens: event.completion_tokens,
        tokensEstimated: event.tokens_estimated ?? false,
        cachedTokens: event.cached_prompt_tokens ?? 0,
        costUsd: event.cost_usd,
        costAtMost: event.cost_at_most ?? false,
        blob: event.blob ?? null,
        promptBlob: event.prompt_blob ?? null,
        delegation: event.delegation ?? null,
        waitedMs: event.waited_ms ?? 0,
        error: event.error ?? null,
        cutAtLength: event.cut_at_length ?? false,
        note: callNote(event),
        seq: event.seq,
      });
      return;
    case 'tool.call':
      turn.tools.push({
        start: Math.max(turn.start, event.t - event.ms),
        end: event.t,
        agent: event.agent,
        callId: event.call_id,
        name: event.name,
        ok: event.ok,
        rehearsed: event.rehearsed ?? false,
        measured: event.measured ?? null,
        blob: event.blob ?? null,
        delegation: event.delegation ?? null,
        waitedMs: event.waited_ms ?? 0,
        seq: event.seq,
      });
      return;
    case 'milestone':
      turn.milestones.push({ t: event.t, name: event.name, data: event.data ?? null, seq: event.seq });
      return;
    case 'delegation.started':
      turn.delegations.push({
        id: event.id,
        from: event.from,
        to: event.to,
        question: event.question,
        judges: event.judges ?? null,
        start: event.t,
        end: null,
        ok: null,
      });
      return;
    case 'delegation.ended': {
      const delegation = turn.delegations.find((candidate) => candidate.id === event.id);
      if (delegation) {
        delegation.end = event.t;
        delegation.ok = event.ok;
      }
      return;
    }
    default:
      event satisfies never;
  }
}

function bodyOf({ text, blob }: { text?: string | undefined; blob?: string | undefined }): ResultBody | null {
  if (blob !== undefined) return { blob };
  return text === undefined ? null : { text };
}
