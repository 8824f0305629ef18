import type { CriticalLink } from '../../../shared/run/critical-path.ts';

/** The `most` longest links, in order of time. Of equal links, the earlier ones. */
export function longestLinks(links: readonly CriticalLink[], most: number): readonly CriticalLink[] {
  if (links.length <= most) return links;
  const byLength = links.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  const kept = new Set(byLength.slice(0, most));
  return links.filter((link) => kept.has(link));
}
