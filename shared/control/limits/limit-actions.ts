import type { Failure } from '../../run/error-kind.ts';
import type { EventDraft } from '../../run/events.ts';
import type { ModelEndpoint } from '../base/endpoint.ts';
import type { Union } from '../base/machine.ts';
import type { CallReport } from './call-report.ts';

/** A request for the permission to make one model call. */
export interface PermitRequest {
  readonly id: string;
  readonly agent: string;
  /** The estimated number of tokens that the call uses. */
  readonly tokens: number;
}

export type LimitsChange =
  | Union<{
      'permit.requested': { endpoint: ModelEndpoint; request: PermitRequest };
      /** A request is no longer needed. */
      'permit.withdrawn': { request: string };
      /** A call has ended. `report` is null if its turn ended first: the call may have reached the provider until now. */
      'permit.returned': { permit: string; report: CallReport | null };
      'slots.set': { slots: number };
    }>
  | LimitsAction;

/** The event that records what happened to a limit. */
export type LimitDraft = Extract<EventDraft, { type: 'limiter' }>;

export type LimitsAction = Union<{
  'permit.granted': { request: string; permit: string };
  /** The endpoint refuses the account: the call would fail like the one before it. */
  'permit.refused': { request: string; failure: Failure };
  /** A limit changed, and the journal must record the change. */
  'limit.changed': { draft: LimitDraft };
}>;

/** Why a model must not be called now, and for how many milliseconds at most. */
export interface Throttle {
  by: 'provider' | 'minute';
  ms: number;
}

/** A call that still counts in the window when another process resumes the run. */
export interface RestoredUse {
  /** The endpoint that was called; null if the agent no longer has one. */
  endpoint: ModelEndpoint | null;
  agent: string;
  tokens: number;
  /** The run time at which it leaves the window. */
  leaves: number;
}

/** A cooldown that has not ended when another process resumes the run. */
export interface RestoredCooldown {
  endpoint: ModelEndpoint;
  callLimit: number;
  until: number;
}

/** What earlier processes left of the providers' limits, in the time of the process that resumes. */
export interface LimitsBefore {
  uses: RestoredUse[];
  cooldowns: RestoredCooldown[];
}
