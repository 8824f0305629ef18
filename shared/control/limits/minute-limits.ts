import type { CallReport } from './call-report.ts';
import type { PermitRequest } from './limit-actions.ts';
import type { LimitSettings } from './settings.ts';
import { SlidingWindow, WINDOW_MS, type WindowUse } from './sliding-window.ts';

/** The calls of one endpoint in the last minute, and their tokens. */
export interface EndpointWindows {
  readonly requests: SlidingWindow;
  readonly tokens: SlidingWindow;
}

/** The use of one window by a call. */
interface Counted {
  readonly window: SlidingWindow;
  readonly use: WindowUse;
}

/** The windows in which a call is counted. */
export interface CountedCall {
  readonly requests: readonly Counted[];
  readonly tokens: Counted | null;
}

type Call = Pick<PermitRequest, 'agent' | 'tokens'>;

/** The limits per minute: requests and tokens of each endpoint, and requests of each agent that has its own limit. */
export class MinuteLimits {
  readonly #settings: LimitSettings;
  readonly #agents = new Map<string, SlidingWindow>();

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /** Whether the agent's own limit permits a call. */
  isAgentFree(t: number, agent: string): boolean {
    const limit = this.#settings.agentRpm.get(agent);
    return limit === undefined || this.#window(agent).sum(t) < limit;
  }

  /**
   * Returns the endpoint's windows without room for a request. A request larger than the whole window waits for an
   * empty window.
   */
  fullWindows(t: number, { requests, tokens }: EndpointWindows, request: Call): SlidingWindow[] {
    const { rpm, tokensPerMinute } = this.#settings;
    const full: SlidingWindow[] = [];
    if (rpm !== undefined && requests.sum(t) >= rpm) full.push(requests);
    if (tokensPerMinute === undefined) return full;
    const used = tokens.sum(t);
    if (used > 0 && used + request.tokens > tokensPerMinute) full.push(tokens);
    return full;
  }

  /** Returns the run time at which a request may have room, as far as known; 0 if it has room now. */
  roomAt(t: number, windows: EndpointWindows, request: Call): number {
    const full = this.fullWindows(t, windows, request);
    if (!this.isAgentFree(t, request.agent)) full.push(this.#window(request.agent));
    return Math.max(0, ...full.map((window) => window.next));
  }

  /** Returns how long every call of an agent waits, in ms; 0 if some call has room. `windows`: of its endpoint, if known. */
  waitMs(t: number, windows: EndpointWindows | undefined, agent: string): number {
    const { rpm, tokensPerMinute, agentRpm } = this.#settings;
    if (rpm === undefined && tokensPerMinute === undefined && !agentRpm.has(agent)) return 0;
    const full: SlidingWindow[] = [];
    if (windows && rpm !== undefined && windows.requests.sum(t) >= rpm) full.push(windows.requests);
    if (windows && tokensPerMinute !== undefined && windows.tokens.sum(t) >= tokensPerMinute) full.push(windows.tokens);
    if (!this.isAgentFree(t, agent)) full.push(this.#window(agent));
    return Math.max(0, ...full.map(({ next }) => next - t));
  }

  /** Counts a call in the windows that are limited. */
  count(t: number, windows: EndpointWindows | null, { agent, tokens }: Call): CountedCall {
    const { rpm, tokensPerMinute, agentRpm } = this.#settings;
    const add = (window: SlidingWindow, amount: number): Counted => ({ window, use: window.add(t, amount) });
    const ofEndpoint = windows === null || rpm === undefined ? [] : [add(windows.requests, 1)];
    const ofAgent = agentRpm.has(agent) ? [add(this.#window(agent), 1)] : [];
    return {
      requests: [...ofEndpoint, ...ofAgent],
      tokens: windows === null || tokensPerMinute === undefined ? null : add(windows.tokens, tokens),
    };
  }

  /** Counts a call of an earlier process, which leaves the windows at run time `leaves`. */
  restore(leaves: number, windows: EndpointWindows | null, call: Call): void {
    const { requests, tokens } = this.count(leaves, windows, call);
    for (const { window, use } of [...requests, ...(tokens ? [tokens] : [])]) window.leaveAt(use, leaves);
  }

  #window(agent: string): SlidingWindow {
    const known = this.#agents.get(agent);
    if (known) return known;
    const window = new SlidingWindow();
    this.#agents.set(agent, window);
    return window;
  }
}

/**
 * Dates a call that has ended at run time `t`. Its minute starts when it reached the provider. Tokens beyond those that
 * it requested count from its end.
 */
export function dateCall(t: number, { requests, tokens }: CountedCall, report: CallReport | null): void {
  const leaves = t + WINDOW_MS - (report?.reachedMsAgo ?? 0);
  for (const { window, use } of requests) window.leaveAt(use, leaves);
  if (tokens === null) return;
  const { window, use } = tokens;
  window.leaveAt(use, leaves);
  if (!report) return;
  const more = report.tokens - use.amount;
  window.lower(use, report.tokens);
  if (more > 0) window.leaveAt(window.add(t, more), t + WINDOW_MS);
}
