import type { Crew } from '../../shared/crew/schema.ts';

/** Returns the crew name without a trailing `_crew`, for the names of exports. */
export function shortName({ name }: Pick<Crew, 'name'>): string {
  return name.length > '_crew'.length && name.endsWith('_crew') ? name.slice(0, -'_crew'.length) : name;
}
