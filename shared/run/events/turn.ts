import { z } from 'zod';
import { countOf, formatDuration, formatNumber } from '../../figures/format.ts';
import { turnEnded, turnStarted } from '../../scheduler/turns.ts';
import { callNote } from '../call-note.ts';
import { roleOf } from '../consensus.ts';
import { errorKindSchema } from '../error-kind.ts';
import { instanceOf } from '../expansion/task-names.ts';
import type { RunState } from '../state.ts';
import type { TaskState } from '../task-state.ts';
import type { ResultBody, TurnState } from '../turn-state.ts';
import { eventKind, slotEventKind } from './kind.ts';
import { endQuestionsOf } from './question.ts';
import {
  attemptResultSchema,
  body,
  costSourceSchema,
  eventSchema,
  failed,
  lastAnswerSchema,
  measuredSchema,
  ms,
  ofAttempt,
  sha256,
} from './shapes.ts';

/** Events of a turn: its start and end, its model and tool calls, milestones and delegations. */
export const TURN_EVENTS = {
  /** A turn was dispatched to a slot. */
  'attempt.started': eventKind(
    eventSchema('attempt.started', { ...ofAttempt, slot: z.int().positive(), agent: z.string() }),
    {
      fold: (run, event) => {
        const task = run.tasks.get(event.task);
        if (!task) return;
        startAround(run, event);
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
          unmet: [],
          retryAt: null,
          nextFallback: null,
          rateLimited: false,
          calls: [],
          tools: [],
          passages: [],
          milestones: [],
          delegations: [],
          seq: event.seq,
          endSeq: null,
        };
        task.turns.push(turn);
        task.running += 1;
        run.turns.push(turn);
        run.running.add(turn);
      },
      describe: (event) => `${attemptText(event)} by ${event.agent} in slot ${event.slot}`,
      schedule: turnStarted,
    },
  ),
  /** A turn ended and freed its slot. */
  'attempt.ended': eventKind(
    eventSchema('attempt.ended', {
      ...ofAttempt,
      result: attemptResultSchema,
      kind: errorKindSchema.optional(),
      message: z.string().optional(),
      /** Run time at which the next attempt may start; absent if there is none. */
      retry_at: ms.optional(),
      /** The next attempt calls this fallback of the agent's model first, from 1. */
      fallback: z.int().positive().optional(),
      /** The provider's rate limit causes the wait, and the attempt does not count as a retry. */
      rate_limited: z.literal(true).optional(),
      /** The text of the turn, if it is not yet the result of the task: a proposal, or a result that waits for review. */
      ...body,
      /** Tasks in the context whose results were shortened. */
      shortened: z.array(z.string()).optional(),
      /** Why the text does not meet guardrails of the task, if it was kept nevertheless. */
      unmet: z.array(z.string()).optional(),
    }),
    {
      fold: (run, event) => {
        const turn = findTurn(run, event);
        if (!turn || turn.end !== null) return;
        turn.end = event.t;
        turn.endSeq = event.seq;
        turn.result = event.result;
        turn.error = event.kind === undefined ? null : { kind: event.kind, message: event.message ?? '' };
        turn.output = bodyOf(event);
        turn.shortened = event.shortened ?? [];
        turn.unmet = event.unmet ?? [];
        turn.retryAt = event.retry_at ?? null;
        turn.nextFallback = event.fallback ?? null;
        turn.rateLimited = event.rate_limited ?? false;
        // Its delegations end with the turn.
        for (const delegation of turn.delegations) delegation.end ??= event.t;
        run.running.delete(turn);
        if (event.result === 'cancelled') noteStopped(run, turn);
        const task = run.tasks.get(event.task);
        if (!task) return;
        task.running -= 1;
        endQuestionsOf(task, turn.attempt, turn.turn, event.t);
        if (turn.result === 'ok') takeProposal(task, turn);
      },
      describe: (event) =>
        `${attemptText(event)}: ${event.result}${event.message === undefined ? '' : `, ${event.message}`}`,
      schedule: turnEnded,
    },
  ),
  /** The agent of a turn handed work or a question to another agent, or its answer is judged. */
  'delegation.started': slotEventKind(
    eventSchema('delegation.started', {
      ...ofAttempt,
      id: z.string(),
      from: z.string(),
      to: z.string(),
      question: z.boolean(),
      /** The other agent judges the answer of the turn, for this reason. */
      judges: z.enum(['manager_review', 'guardrail']).optional(),
    }),
    {
      fold: inTurn((turn, event) => {
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
      }),
      describe: ({ from, to, question, judges }) => {
        if (judges) return `${to} judges the answer of ${from}`;
        return `${from} ${question ? 'asks' : 'delegates to'} ${to}`;
      },
    },
  ),
  /** The other agent answered or failed. */
  'delegation.ended': slotEventKind(
    eventSchema('delegation.ended', { ...ofAttempt, id: z.string(), ok: z.boolean(), ms }),
    {
      fold: inTurn((turn, event) => {
        const delegation = turn.delegations.find((candidate) => candidate.id === event.id);
        if (!delegation) return;
        delegation.end = event.t;
        delegation.ok = event.ok;
      }),
      describe: ({ ok }) => (ok ? 'answered' : 'failed'),
    },
  ),
  /**
   * One answered or failed model call. `blob` is the message of the assistant as JSON, `prompt_blob` the messages that
   * were sent.
   */
  'llm.call': eventKind(
    eventSchema('llm.call', {
      ...ofAttempt,
      agent: z.string(),
      model: z.string(),
      /** Absent in journals of earlier versions. */
      provider: z.string().optional(),
      /** The model is this fallback of the agent's model, from 1; absent: it is the model itself. */
      fallback: z.int().positive().optional(),
      ms,
      first_token_ms: ms.nullable(),
      prompt_tokens: z.int().nonnegative(),
      completion_tokens: z.int().nonnegative(),
      /** Tokens of the thoughts of the model, contained in `completion_tokens`; absent if none were reported. */
      thought_tokens: z.int().positive().optional(),
      /** The provider reported no usage: the token counts are estimates. */
      tokens_estimated: z.literal(true).optional(),
      /** Prompt tokens that the provider took from its cache, contained in `prompt_tokens`; absent if none. */
      cached_tokens: z.int().positive().optional(),
      /** US dollars; null if the price is unknown. */
      cost_usd: z.number().nonnegative().nullable(),
      /** Absent if the cost is unknown, and in journals of earlier versions. */
      cost_from: costSourceSchema.optional(),
      /** Cached prompt tokens are contained at the full price, because their own price is unknown. */
      cost_at_most: z.literal(true).optional(),
      blob: sha256.optional(),
      prompt_blob: sha256.optional(),
      /** Inside a delegation, its id. Such calls are not part of the task's own transcript. */
      delegation: z.string().optional(),
      error: z.object(failed).optional(),
      /** The answer was truncated at `max_tokens`. */
      cut_at_length: z.literal(true).optional(),
      /** Why the answer ended, as the provider reported it, such as `stop`; absent if it did not end. */
      finish: z.string().optional(),
      /** The names of settings that were left out because the model does not accept them; absent if none. */
      left_out: z.array(z.string()).optional(),
      /** Notes on settings that were sent under another name; in journals of earlier versions, also on settings left out. */
      adjusted: z.array(z.string()).optional(),
      /** The agent had to answer, and was offered no tools. */
      final: lastAnswerSchema.optional(),
      /** Tools were called in the text of prompts and answers, because the model has none, or the crew chose it. */
      protocol: z.literal('text').optional(),
      /** Characters of tool answers and quoted results that were left out to fit the model's window; absent if none. */
      shortened: z.int().positive().optional(),
      /**
       * Tokens of the prompt, as estimated, that the provider did not count. Present only if they are most of the
       * prompt: a server that cuts long prompts without an error counts only what it kept.
       */
      uncounted_tokens: z.int().positive().optional(),
      /** The number of images that were sent; absent if none. */
      images: z.int().positive().optional(),
      /** The request and the answer as JSON; only in a run that is recorded. */
      recorded: sha256.optional(),
      /** Milliseconds that the call waited for a permit of the rate limiter; absent if 0. */
      waited_ms: ms.optional(),
    }),
    {
      fold: inTurn((turn, event) => {
        turn.calls.push({
          start: Math.max(turn.start, event.t - event.ms),
          end: event.t,
          agent: event.agent,
          model: event.model,
          firstTokenMs: event.first_token_ms,
          promptTokens: event.prompt_tokens,
          completionTokens: event.completion_tokens,
          tokensEstimated: event.tokens_estimated ?? false,
          cachedTokens: event.cached_tokens ?? 0,
          costUsd: event.cost_usd,
          costAtMost: event.cost_at_most ?? false,
          blob: event.blob ?? null,
          promptBlob: event.prompt_blob ?? null,
          delegation: event.delegation ?? null,
          waitedMs: event.waited_ms ?? 0,
          error: event.error ?? null,
          cutAtLength: event.cut_at_length ?? false,
          leftOut: event.left_out ?? [],
          final: event.final ?? null,
          fallback: event.fallback === undefined ? null : { index: event.fallback, provider: event.provider ?? '' },
          note: callNote(event),
          seq: event.seq,
        });
      }),
      describe: (event) =>
        [
          event.model,
          `${formatNumber(event.prompt_tokens + event.completion_tokens)} tokens`,
          formatDuration(event.ms),
          ...(event.waited_ms === undefined ? [] : [`waited ${formatDuration(event.waited_ms)} for the rate limiter`]),
          ...(event.images === undefined ? [] : [countOf(event.images, 'image')]),
          ...(event.cut_at_length ? ['answer truncated'] : []),
          ...[callNote(event)].filter((note) => note !== null),
        ].join(', '),
    },
  ),
  /** One tool call. `blob` is `{arguments, answer, images}` as JSON. */
  'tool.call': eventKind(
    eventSchema('tool.call', {
      ...ofAttempt,
      agent: z.string(),
      call_id: z.string(),
      name: z.string(),
      ms,
      ok: z.boolean(),
      /** The tool was not called, and the answer was rehearsed. */
      rehearsed: z.literal(true).optional(),
      /** The tool was not called, because the agent has the answer already. */
      repeated: z.literal(true).optional(),
      /** What a person decided about the call, if it needed approval. */
      approved: z.enum(['approved', 'edited', 'refused']).optional(),
      measured: measuredSchema.optional(),
      /** The number of images in the answer; absent if none. */
      images: z.int().positive().optional(),
      blob: sha256.optional(),
      delegation: z.string().optional(),
      /** Milliseconds of the call that it waited for the engine (a lease, an approval). */
      waited_ms: ms.optional(),
    }),
    {
      fold: inTurn((turn, event) => {
        turn.tools.push({
          start: Math.max(turn.start, event.t - event.ms),
          end: event.t,
          agent: event.agent,
          callId: event.call_id,
          name: event.name,
          ok: event.ok,
          rehearsed: event.rehearsed ?? false,
          approved: event.approved ?? null,
          measured: event.measured ?? null,
          blob: event.blob ?? null,
          delegation: event.delegation ?? null,
          waitedMs: event.waited_ms ?? 0,
          seq: event.seq,
        });
      }),
      describe: ({ name, ok, approved, ms: took }) =>
        `${name}, ${approved === undefined ? '' : `${approved} by a person, `}${ok ? 'answered' : 'failed'}, ${formatDuration(took)}`,
    },
  ),
  /** An agent logged a milestone with the tool `performance_monitor`. */
  milestone: eventKind(eventSchema('milestone', { ...ofAttempt, name: z.string(), data: z.json().optional() }), {
    fold: inTurn((turn, event) => {
      turn.milestones.push({ t: event.t, name: event.name, data: event.data ?? null, seq: event.seq });
    }),
    describe: ({ name }) => name,
  }),
};

interface TurnKey {
  task: string;
  attempt: number;
  turn?: string | undefined;
}

/** Folds an event into the turn that it belongs to. */
export function inTurn<Event extends TurnKey>(
  apply: (turn: TurnState, event: Event) => void,
): (run: RunState, event: Event) => void {
  return (run, event) => {
    const turn = findTurn(run, event);
    if (turn) apply(turn, event);
  };
}

function attemptText({ attempt, turn }: TurnKey): string {
  return turn === undefined ? `attempt ${attempt}` : `${turn.replace(':', ' ')}, attempt ${attempt}`;
}

/** Marks the end of a slot's process as stopped if it ended with a cancelled turn. */
function noteStopped({ slots }: RunState, { slot, start }: TurnState): void {
  const exit = slots.get(slot)?.exits.at(-1);
  if (exit && exit.t >= start) exit.stopped = true;
}

/** Records a proposal. If an agent proposed more than once, its last proposal counts. */
function takeProposal(task: TaskState, { turn, output, shortened }: TurnState): void {
  const role = roleOf(turn);
  if (role?.kind !== 'propose' || output === null) return;
  task.proposals = task.proposals.filter(({ agent }) => agent !== role.agent);
  task.proposals.push({ agent: role.agent, output, shortened });
}

/** Returns the turn that an event belongs to. Searches from the latest turn, which most events concern. */
function findTurn(run: RunState, at: TurnKey): TurnState | undefined {
  return run.tasks
    .get(at.task)
    ?.turns.findLast((turn) => turn.attempt === at.attempt && turn.turn === (at.turn ?? null));
}

function bodyOf({ text, blob }: { text?: string | undefined; blob?: string | undefined }): ResultBody | null {
  if (blob !== undefined) return { blob };
  return text === undefined ? null : { text };
}

/** The tasks that expanded to this one have begun with its first turn. */
function startAround({ tasks }: RunState, { task, t }: { task: string; t: number }): void {
  for (let around = instanceOf(task)?.of; around !== undefined; around = instanceOf(around)?.of) {
    const expansion = tasks.get(around)?.expansion;
    if (expansion) expansion.startedAt ??= t;
  }
}
