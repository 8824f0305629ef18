import type { EventDraft } from '../events.ts';

/** The default `run.started` of tests. */
export const STARTED = {
  type: 'run.started',
  format: 'crewlane-journal/1',
  run: 'run-1',
  crew: 'crew',
  settings: { slots: 1, provider: 'fake', base_url: null, model: null, cache: 'off' },
  rehearsal: false,
  estimates: {},
  ranks: {},
  prediction: { makespan_ms: null, tasks: {} },
  versions: {},
  seed: 1,
  time_zone: 'UTC',
  utc_offset_min: 0,
  wall_ms: 0,
} as const satisfies EventDraft;
