import { partsOf } from '../../shared/crew/link.ts';
import type { EventDraft } from '../../shared/run/events.ts';
import type { RunRequest } from './request.ts';

/** The first event of a run, without its number and time. */
export type StartedDraft = Extract<EventDraft, { type: 'run.started' }>;

/** Returns the first event of a run: the facts about the run that are stored nowhere else. */
export function startedEvent(request: RunRequest, run: string, wallMs: number): StartedDraft {
  const { crew, settings, rehearsal, estimates, ranks, prediction, versions, seed, inputs } = request;
  const { kept, bypassCacheFor = [], batch } = request;
  return {
    type: 'run.started',
    format: 'crewlane-journal/2',
    run,
    crew: crew.name,
    settings,
    rehearsal,
    ...withoutItems(estimates),
    ranks,
    prediction,
    versions,
    seed,
    time_zone: request.timeZone,
    utc_offset_min: request.utcOffsetMin,
    wall_ms: Math.round(wallMs),
    ...(inputs === undefined ? {} : { inputs }),
    ...(request.recording?.mode === 'replay' ? { replay: true as const } : {}),
    ...(crew.linked ? { crews: Object.fromEntries(partsOf(crew).map(([path, { sha256 }]) => [path, sha256])) } : {}),
    ...(bypassCacheFor.length === 0 ? {} : { anew: [...bypassCacheFor] }),
    ...(kept === undefined ? {} : { from_run: kept.run, kept_tasks: kept.tasks.length }),
    origins: Object.fromEntries(crew.agents.map(({ name }) => [name, new URL(request.access(name).base_url).origin])),
    ...(batch === undefined ? {} : { batch }),
  };
}

/** The expected numbers of items are separate from the lengths. */
function withoutItems(estimates: RunRequest['estimates']): Pick<StartedDraft, 'estimates' | 'expansions'> {
  const expansions = Object.entries(estimates).flatMap(([task, { items }]) => (items ? [[task, items] as const] : []));
  const lengths = Object.entries(estimates).map(([task, { items: _items, ...length }]) => [task, length] as const);
  return {
    estimates: Object.fromEntries(lengths),
    ...(expansions.length === 0 ? {} : { expansions: Object.fromEntries(expansions) }),
  };
}
