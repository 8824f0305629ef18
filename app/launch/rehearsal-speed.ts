import type { Environment } from './data-folder.ts';

/** Speed factor of a rehearsal, from `CREWLANE_REHEARSAL_SPEED`; 1 if the variable is not a number greater than 0. */
export function rehearsalSpeedOf(env: Environment): number {
  const speed = Number(env['CREWLANE_REHEARSAL_SPEED']);
  return Number.isFinite(speed) && speed > 0 ? speed : 1;
}
