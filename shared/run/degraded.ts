interface Degraded {
  /** Tasks of the context that gave no result. */
  missing: readonly string[];
  /** Why the result does not meet guardrails of the task. */
  unmet: readonly string[];
}

/** Returns why a degraded result is degraded, as a text that follows "degraded: ". */
export function degradedReason({ missing, unmet }: Degraded): string {
  const guardrails = unmet.map((detail) => `kept although a guardrail failed (${detail})`);
  const context = missing.length > 0 ? [`without ${missing.join(', ')}`] : [];
  const reasons = [...context, ...guardrails];
  return reasons.length === 0 ? 'without part of its context' : reasons.join('; ');
}
