import type { Crew } from '../../shared/crew/schema.ts';
import { formatNumber } from '../../shared/figures/format.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { GroupHandle } from '../launch/group/group-handle.ts';
import { taskProgress } from '../launch/task-progress.ts';
import { grouped, stripControlCharacters, table } from './text.ts';

/** The text printed when a run or batch starts: tasks, concurrent, sequential, slots and workload. */
export function openingText(group: GroupHandle): string {
  const { kind, crew } = group;
  const concurrent = crew.tasks.filter((task) => task.async).length;
  const counts = [
    ['Concurrent', String(concurrent)],
    ['Sequential', String(crew.tasks.length - concurrent)],
  ];
  const lines = kind === 'run' ? linesOfRun(group, counts) : linesOfBatch(group, counts);
  const isReplay = group.rows.some(({ handle }) => handle?.state.started?.replay === true);
  const replay = isReplay ? 'Replay: the answers of models, tools and people come from a recording.\n' : '';
  const rehearsal = group.rehearsal
    ? 'Rehearsal: no model is called, and answer texts are generated. Files, queries and pools are real.\n'
    : '';
  return `${crew.name}\n${replay}${rehearsal}${table(lines.map(([name = '', value = '']) => [`  ${name}`, value]))}\n`;
}

function linesOfRun({ crew, slots, rows }: GroupHandle, counts: string[][]): string[][] {
  const states = rows.flatMap(({ handle }) => handle?.state ?? []);
  return [
    ['Tasks', String(crew.tasks.length)],
    ...counts,
    ['Slots', String(slots)],
    ...states.flatMap(doneBefore),
    ...states.flatMap(reusedTasks),
    ...workloadRows(crew),
  ];
}

function linesOfBatch({ crew, slots, rows }: GroupHandle, counts: string[][]): string[][] {
  const before = rows.filter(({ status }) => status === 'ended').length;
  return [
    ['Rows', formatNumber(rows.length)],
    ...(before > 0 ? [['Already done', formatNumber(before)]] : []),
    ['Tasks per row', String(crew.tasks.length)],
    ...counts,
    ['Slots, shared by all rows', String(slots)],
  ];
}

/** The number of finished tasks of a resumed run. */
function doneBefore(state: RunState): string[][] {
  return state.resumptions.length === 0 ? [] : [['Already done', String(taskProgress(state).done)]];
}

/** The number of reused tasks of a rerun. */
function reusedTasks({ started }: RunState): string[][] {
  const reused = started?.kept_tasks ?? 0;
  return reused === 0 ? [] : [['Reused', `${reused} from run ${started?.from_run}`]];
}

function workloadRows({ workload }: Crew): string[][] {
  return Object.entries(workload).map(([name, { declared, unit }]) => {
    return [
      `Workload: ${stripControlCharacters(name)}`,
      `${grouped(declared)}${unit === undefined ? '' : ` ${stripControlCharacters(unit)}`}`,
    ];
  });
}
