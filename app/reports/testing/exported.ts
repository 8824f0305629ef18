import type { Crew } from '../../../shared/crew/schema.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../../shared/run/testing/journal.ts';
import { exportFiles } from '../export.ts';

/** Returns the files of a run's export, by name. */
export function exported(
  crew: Crew,
  happened: readonly TimedDraft[],
  started: Partial<EventOf<'run.started'>> = {},
  texts: ReadonlyMap<string, string> = new Map([['a', 'The result of a.']]),
): ReadonlyMap<string, string> {
  return exportFiles({ crew, state: fold(crew, journal(happened, started)), texts });
}

/** A task and its dependent. */
export const TWO = makeCrew([{ name: 'a' }, { name: 'b', context: ['a'], async: false }]);
/** A run of `TWO` without failures. */
export const WELL = inOrder(
  ran('a', 1, 0, 1000),
  completed('a', 1000),
  ran('b', 1, 1000, 2500),
  completed('b', 2500),
  finished(2500),
);
export const summaryOf = (files: ReadonlyMap<string, string>) => files.get('SMALL_SUMMARY.md') ?? '';
export const dashboardOf = (files: ReadonlyMap<string, string>) => files.get('performance_dashboard.md') ?? '';
