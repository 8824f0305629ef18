import type { Random } from '../../../shared/random.ts';

/** The timing of an answer, similar to a fast hosted model. */
export interface Latency {
  firstTokenMs: number;
  tokensPerSecond: number;
}

export function latencyOf(random: Random, speed: number): Latency {
  return { firstTokenMs: random.int(140, 340) / speed, tokensPerSecond: random.int(420, 560) * speed };
}
