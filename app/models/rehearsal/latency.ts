import type { Random } from '../../../shared/random.ts';

/** How one answer takes its time, as a quick hosted model does. */
export interface Latency {
  firstTokenMs: number;
  tokensPerSecond: number;
}

export function latencyOf(random: Random, speed: number): Latency {
  return { firstTokenMs: random.int(140, 340) / speed, tokensPerSecond: random.int(420, 560) * speed };
}
