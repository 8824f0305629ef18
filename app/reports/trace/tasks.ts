import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { micro, type TraceEvent, track, trackName } from './event.ts';
import type { ShownTurn } from './slots.ts';

/** Returns a track per task with its waiting and running segments. */
export function taskEvents({ tasks }: MeasuredFigures): TraceEvent[] {
  return tasks.flatMap((task, at) => [
    ...trackName('tasks', at, task.title),
    ...task.segments.map((piece): TraceEvent => {
      const times = { ts: micro(piece.start), dur: micro(piece.end) - micro(piece.start) };
      const base = { ph: 'X', ...track('tasks', at), ...times } as const;
      if (piece.kind === 'running') return { ...base, name: 'ran', cat: 'running', args: { task: task.name } };
      if (piece.kind === 'recording')
        return { ...base, name: 'end recorded', cat: 'recording', args: { task: task.name } };
      const args = { task: task.name, reason: piece.reason, blocker: piece.blocker };
      return { ...base, name: `waited ${waitPhrase(piece.reason)}`, cat: 'waiting', args };
    }),
  ]);
}

/** Returns an arrow from the last turn of each task to the first turn of each dependent. */
export function dependencyFlows(tasks: readonly TaskFigures[], turns: readonly ShownTurn[]): TraceEvent[] {
  const first = new Map<string, ShownTurn>();
  const last = new Map<string, ShownTurn>();
  // A turn without length has no slice for an arrow.
  for (const shown of turns.filter(({ start, end }) => end > start)) {
    const { task } = shown.turn;
    if (shown.start < (first.get(task)?.start ?? Number.POSITIVE_INFINITY)) first.set(task, shown);
    if (shown.end > (last.get(task)?.end ?? -1)) last.set(task, shown);
  }
  const links = tasks.flatMap(({ name, context }) =>
    context.flatMap((before) => {
      const from = last.get(before);
      const to = first.get(name);
      return from && to && from.end <= to.start ? [{ from, to }] : [];
    }),
  );
  return links.flatMap(({ from, to }, at): TraceEvent[] => {
    const flow = { name: 'dependency', cat: 'dependency', id: at + 1 };
    return [
      { ...flow, ph: 's', ...track('slots', from.turn.slot), ts: micro(from.end) - 1 },
      { ...flow, ph: 'f', bp: 'e', ...track('slots', to.turn.slot), ts: micro(to.start) },
    ];
  });
}

/** Returns one track with the links of the critical path. */
export function pathEvents({ path }: MeasuredFigures, titles: ReadonlyMap<string, string>): TraceEvent[] {
  const links = path.links.map(({ task, start, end, reason, blocker }): TraceEvent => {
    const title = titles.get(task) ?? task;
    const name = reason === null ? title : `${title} waited ${waitPhrase(reason)}`;
    const times = { ts: micro(start), dur: micro(end) - micro(start) };
    return { name, cat: 'critical path', ph: 'X', ...track('path', 1), ...times, args: { task, reason, blocker } };
  });
  return links.length === 0 ? [] : [...trackName('path', 1, 'Critical path'), ...links];
}
