import type { Random } from '../../../shared/random.ts';

/** How one answer takes its time, as a hosted model does. */
export interface Latency {
  firstTokenMs: number;
  tokensPerSecond: number;
}

export function latencyOf(random: Random, speed: number): Latency {
  return { firstTokenMs: random.int(180, 420) / speed, tokensPerSecond: random.int(150, 240) * speed };
}
