import type { Crew } from '../../shared/crew/schema.ts';
import type { RunHandle } from '../engine/request.ts';
import { grouped, stripControlCharacters, table } from './text.ts';

/** The text printed when a run starts: tasks, concurrent, sequential, slots and workload. */
export function openingText(run: RunHandle): string {
  const { crew, state } = run;
  const concurrent = crew.tasks.filter((task) => task.async).length;
  const rows = [
    ['Tasks', String(crew.tasks.length)],
    ['Concurrent', String(concurrent)],
    ['Sequential', String(crew.tasks.length - concurrent)],
    ['Slots', String(state.started?.settings.slots ?? crew.settings.max_concurrent_tasks)],
    ...doneBefore(run),
    ...reusedTasks(run),
    ...workloadRows(crew),
  ];
  const rehearsal = state.started?.rehearsal
    ? 'Rehearsal: no model is called, and answer texts are generated. Files, queries and pools are real.\n'
    : '';
  return `${crew.name}\n${rehearsal}${table(rows.map(([name = '', value = '']) => [`  ${name}`, value]))}\n`;
}

/** The number of finished tasks of a resumed run. */
function doneBefore({ state }: RunHandle): string[][] {
  if (state.resumptions.length === 0) return [];
  const done = [...state.tasks.values()].filter(({ index, status }) => index >= 0 && status !== 'pending').length;
  return [['Already done', String(done)]];
}

/** The number of reused tasks of a rerun. */
function reusedTasks({ state }: RunHandle): string[][] {
  const reused = state.started?.kept_tasks ?? 0;
  return reused === 0 ? [] : [['Reused', `${reused} from run ${state.started?.from_run}`]];
}

function workloadRows({ workload }: Crew): string[][] {
  return Object.entries(workload).map(([name, { declared, unit }]) => {
    return [
      `Workload: ${stripControlCharacters(name)}`,
      `${grouped(declared)}${unit === undefined ? '' : ` ${stripControlCharacters(unit)}`}`,
    ];
  });
}
