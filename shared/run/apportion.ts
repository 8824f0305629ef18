/**
 * Divides `whole` units among `parts` in proportion to their sizes, in whole units that add up to `whole`. Each part
 * gets its share rounded down, and the parts with the largest remainders get one unit more (the earlier part first if
 * remainders are equal). Returns 0 for all parts if the sum of the sizes is 0.
 */
export function apportion(parts: readonly number[], whole: number): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (sum === 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part * whole) / sum);
  const units = exact.map(Math.floor);
  const left = whole - units.reduce((total, unit) => total + unit, 0);
  const byRemainder = parts.map((_, at) => at).sort((a, b) => remainder(exact, b) - remainder(exact, a) || a - b);
  for (const at of byRemainder.slice(0, left)) units[at] = (units[at] ?? 0) + 1;
  return units;
}

function remainder(exact: readonly number[], at: number): number {
  const share = exact[at] ?? 0;
  return share - Math.floor(share);
}
