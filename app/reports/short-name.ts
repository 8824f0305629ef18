import type { Crew } from '../../shared/project/schema.ts';

/** The crew's name less a trailing `_crew`: what its exports are named after. */
export function shortName({ name }: Pick<Crew, 'name'>): string {
  return name.length > '_crew'.length && name.endsWith('_crew') ? name.slice(0, -'_crew'.length) : name;
}
