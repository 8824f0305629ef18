import { LONGEST_WAIT_MS } from '../slot/fallback.ts';
import type { SlotEvent } from '../slot/slot-event.ts';
import type { SlotRequest } from '../slot/slot-request.ts';
import { estimatedTokens } from '../slot/tokens.ts';
import { turnKeyText } from '../slot/turn-key.ts';
import type { TurnSubmission } from '../slot/turn-submission.ts';
import type { ActiveTurn } from './base/active-turn.ts';
import { allowsCalls, budgetEvent } from './budget/budget.ts';
import { cancelTurn } from './cancel-turn.ts';
import type { ControlState } from './control-state.ts';
import { reportOf } from './limits/call-report.ts';
import type { LimitsAction } from './limits/limit-actions.ts';
import { permitRequestId, type WaitingCall } from './limits/permits.ts';
import { budgetOf } from './spend-budget.ts';

/** Handles the request of a turn's slot for a permit to call a model. */
export function requestPermit(
  control: ControlState,
  turn: ActiveTurn,
  request: string,
  { agent, provider, origin, tokens, fallback, can_fall_back }: Extract<SlotRequest, { kind: 'limiter.acquire' }>,
): void {
  const { permits, deadlines, limits, now, context } = control;
  if (!allowsCalls(budgetOf(control))) {
    stopForBudget(control, turn);
    return;
  }
  const id = permitRequestId(turn, request);
  const endpoint = context.endpointOf(agent, fallback) ?? { name: `${provider} ${origin}`, origin };
  const throttle = can_fall_back ? limits.throttleOf(now, endpoint.name, agent) : null;
  if (throttle?.by === 'provider' && throttle.ms > LONGEST_WAIT_MS) {
    const message = `${origin} asks to wait for ${Math.ceil(throttle.ms / 1000)} s.`;
    const failure = { kind: 'rate_limit' as const, message, retry_after_ms: throttle.ms };
    control.effect({
      type: 'answerRequest',
      key: turn.key,
      id: request,
      answer: { ok: false, text: message, failure },
    });
    return;
  }
  permits.wait(id, { turn, request, since: now });
  deadlines.reduce({ type: 'deadline.paused', id: turnKeyText(turn.key) }, now);
  limits.reduce({ type: 'permit.requested', endpoint, request: { id, agent, tokens } }, now);
}

/** The slot of a turn no longer waits for the permit. */
export function withdrawPermit(control: ControlState, turn: ActiveTurn, request: string): void {
  withdraw(control, permitRequestId(turn, request));
}

/**
 * Returns the permit for a turn's first model call if one is available: it is submitted with the turn, which need not
 * request it. A turn that continues from a transcript may have tools to call first, and requests it when needed. A turn
 * without a model needs none.
 */
export function firstPermit(control: ControlState, turn: ActiveTurn): string | null {
  const { permits, limits, now, context } = control;
  const endpoint = context.endpointOf(turn.agent, turn.submission.first_fallback);
  const { transcript, call } = turn.submission;
  if (!allowsCalls(budgetOf(control)) || transcript.length > 0 || call || endpoint === null) return null;
  const id = permitRequestId(turn, 'first');
  permits.wait(id, { turn, request: null, since: now });
  const request = { id, agent: turn.agent, tokens: firstTokens(turn.submission) };
  limits.reduce({ type: 'permit.requested', endpoint, request }, now);
  grantPermits(control);
  withdraw(control, id);
  return permits.firstOf(turn);
}

/** Records the current decisions of the budget and the limits, and answers waiting turns. Returns whether any was made. */
export function grantPermits(control: ControlState): boolean {
  const { limits, now, permits } = control;
  const reached = budgetEvent(budgetOf(control));
  if (reached) {
    control.emit(reached);
    for (const turn of permits.waitingTurns()) stopForBudget(control, turn);
  }
  let hasActed = reached !== null;
  for (let action = limits.next(now); action !== null; action = limits.next(now)) {
    limits.reduce(action, now);
    perform(control, action);
    hasActed = true;
  }
  return hasActed;
}

/** Counts the cost of a model call that has ended, and returns its permit to the limits. */
export function callEnded(control: ControlState, turn: ActiveTurn, call: CallEvent): void {
  const { permit = '', error, cost_usd: usd, prompt_tokens, completion_tokens } = call;
  control.context.batch?.spend(usd ?? 0);
  control.context.batch?.spendTokens(prompt_tokens + completion_tokens);
  // The provider's count for a cancelled call is unknown: the end of the turn returns its permit.
  if (error?.kind === 'cancelled' || !control.permits.giveBack(turn, permit)) return;
  control.limits.reduce({ type: 'permit.returned', permit, report: reportOf(call) }, control.now);
}

/** Ends the waits for permits and the permits of a turn that is about to end. */
export function endPermits(control: ControlState, turn: ActiveTurn): void {
  const { permits, limits, now } = control;
  for (const id of permits.waitsOf(turn)) withdraw(control, id);
  for (const permit of permits.giveBackAll(turn)) limits.reduce({ type: 'permit.returned', permit, report: null }, now);
}

type CallEvent = Extract<SlotEvent, { type: 'llm.call' }>;

function perform(control: ControlState, action: LimitsAction): void {
  if (action.type === 'limit.changed') {
    control.emit(action.draft);
    return;
  }
  const call = endWait(control, action.request);
  if (action.type === 'permit.granted') granted(control, call, action.permit);
  // The slot of a turn that has just started sends a request of its own, and receives the reason.
  else if (call && call.request !== null) {
    const answer = { ok: false, text: action.failure.message, failure: action.failure };
    control.effect({ type: 'answerRequest', key: call.turn.key, id: call.request, answer });
  }
}

function granted(control: ControlState, call: WaitingCall | null, permit: string): void {
  const { permits, limits, now } = control;
  if (!call) {
    // Shared limits may have granted a request before they learned that it was withdrawn.
    limits.reduce({ type: 'permit.returned', permit, report: null }, now);
    return;
  }
  const { turn, request, since } = call;
  permits.use(turn, permit, now - since);
  if (request === null) return;
  // Another row of the batch may have used up the budget meanwhile.
  if (!allowsCalls(budgetOf(control))) stopForBudget(control, turn);
  else control.effect({ type: 'answerRequest', key: turn.key, id: request, answer: { ok: true, text: permit } });
}

/** Cancels a turn whose next call would exceed the budget. It is attempted again when the budget is raised. */
function stopForBudget(control: ControlState, turn: ActiveTurn): void {
  for (const id of control.permits.waitsOf(turn)) withdraw(control, id);
  cancelTurn(control, turn, 'budget');
}

function withdraw(control: ControlState, id: string): void {
  if (endWait(control, id)) control.limits.reduce({ type: 'permit.withdrawn', request: id }, control.now);
}

function endWait({ permits, deadlines, now }: ControlState, id: string): WaitingCall | null {
  const call = permits.endWait(id);
  if (call && call.request !== null)
    deadlines.reduce({ type: 'deadline.resumed', id: turnKeyText(call.turn.key) }, now);
  return call;
}

function firstTokens({ agent, prompt, output_schema: schema }: TurnSubmission): number {
  const asked = schema === undefined ? prompt : `${prompt}${JSON.stringify(schema)}`;
  const messages = [
    { role: 'system' as const, content: agent.system },
    { role: 'user' as const, content: asked },
  ];
  return estimatedTokens(messages) + (agent.model.max_tokens ?? 0);
}
