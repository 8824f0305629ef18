/** Returns the earliest of some run times; null if there is none. */
export function earliest(...times: (number | null)[]): number | null {
  let first: number | null = null;
  for (const time of times) if (time !== null) first = Math.min(first ?? time, time);
  return first;
}
