import type { Environment } from './data-folder.ts';

/** How many times faster than life a rehearsal goes: `CREWLANE_REHEARSAL_SPEED`, 1 where it is not a number above 0. */
export function rehearsalSpeedOf(env: Environment): number {
  const speed = Number(env['CREWLANE_REHEARSAL_SPEED']);
  return Number.isFinite(speed) && speed > 0 ? speed : 1;
}
