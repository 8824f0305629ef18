import type { RunState } from '../run/state.ts';
import type { ModelCall } from '../run/turn-state.ts';

/** The usage of model calls. */
export interface Usage {
  calls: number;
  failedCalls: number;
  promptTokens: number;
  /** Prompt tokens that providers took from their cache, contained in `promptTokens`. */
  cachedTokens: number;
  completionTokens: number;
  /** Whether some token counts are estimates, because the provider reported none. */
  tokensEstimated: boolean;
  /** US dollars; null if the price of any call is unknown. */
  costUsd: number | null;
  /** Whether the cost is an upper bound: cached tokens count at the full price, because their own price is unknown. */
  costAtMost: boolean;
}

export const NO_USAGE: Usage = {
  calls: 0,
  failedCalls: 0,
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  tokensEstimated: false,
  costUsd: 0,
  costAtMost: false,
};

/** Returns the total usage of some model calls. */
export function usageOf(calls: readonly ModelCall[]): Usage {
  return calls.map(usageOfCall).reduce(addUsage, NO_USAGE);
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    failedCalls: a.failedCalls + b.failedCalls,
    promptTokens: a.promptTokens + b.promptTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    tokensEstimated: a.tokensEstimated || b.tokensEstimated,
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
    costAtMost: a.costAtMost || b.costAtMost,
  };
}

/** Returns the models of calls whose cost is unknown, each once, in code-point order. */
export function unpricedModels({ turns }: RunState): string[] {
  const unknown = turns.flatMap(({ calls }) =>
    calls.flatMap(({ costUsd, model }) => (costUsd === null ? [model] : [])),
  );
  return [...new Set(unknown)].sort();
}

/** Returns the sum of prompt and completion tokens. */
export function tokensOf(usage: Usage): number {
  return usage.promptTokens + usage.completionTokens;
}

function usageOfCall(call: ModelCall): Usage {
  return {
    calls: 1,
    failedCalls: call.error === null ? 0 : 1,
    promptTokens: call.promptTokens,
    cachedTokens: call.cachedTokens,
    completionTokens: call.completionTokens,
    tokensEstimated: call.tokensEstimated,
    costUsd: call.costUsd,
    costAtMost: call.costAtMost,
  };
}
