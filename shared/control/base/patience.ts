/**
 * The longest time in ms that a task waits because a provider asks for it: one wait after any status, and all waits for
 * a rate limit together.
 */
export const RATE_LIMIT_PATIENCE_MS = 10 * 60 * 1000;
