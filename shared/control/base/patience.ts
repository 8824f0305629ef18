/**
 * The longest time in ms that a task waits at a provider's request: for one wait after any status, and for all waits
 * for a rate limit together.
 */
export const RATE_LIMIT_PATIENCE_MS = 10 * 60 * 1000;
