import type { Crew } from '../../shared/project/schema.ts';
import type { RunHandle } from '../engine/request.ts';
import { grouped, stripControlCharacters, table } from './text.ts';

/** What a run opens with: tasks, concurrent, sequential, slots and workload. */
export function openingText(run: RunHandle): string {
  const { project, state } = run;
  const concurrent = project.tasks.filter((task) => task.async).length;
  const rows = [
    ['Tasks', String(project.tasks.length)],
    ['Concurrent', String(concurrent)],
    ['Sequential', String(project.tasks.length - concurrent)],
    ['Slots', String(state.started?.settings.slots ?? project.settings.max_concurrent_tasks)],
    ...doneBefore(run),
    ...keptTasks(run),
    ...workloadRows(project),
  ];
  const rehearsal = state.started?.rehearsal
    ? 'Rehearsal: no model is called, and answer texts are made up. Files, queries and pools are real.\n'
    : '';
  return `${project.name}\n${rehearsal}${table(rows.map(([name = '', value = '']) => [`  ${name}`, value]))}\n`;
}

/** Of a run that goes on. */
function doneBefore({ state }: RunHandle): string[][] {
  if (state.resumptions.length === 0) return [];
  const done = [...state.tasks.values()].filter(({ index, status }) => index >= 0 && status !== 'pending').length;
  return [['Done before', String(done)]];
}

/** Of a rerun. */
function keptTasks({ state }: RunHandle): string[][] {
  const kept = state.started?.kept_tasks ?? 0;
  return kept === 0 ? [] : [['Kept', `${kept} from run ${state.started?.from_run}`]];
}

function workloadRows({ workload }: Crew): string[][] {
  return Object.entries(workload).map(([name, { declared, unit }]) => {
    return [
      `Workload: ${stripControlCharacters(name)}`,
      `${grouped(declared)}${unit === undefined ? '' : ` ${stripControlCharacters(unit)}`}`,
    ];
  });
}
