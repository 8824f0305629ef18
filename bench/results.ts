import { goalOf, leastRatioOf, type Measured, OURS, ratioOf } from './rounds.ts';
import type { Scale } from './scale.ts';
import { median } from './stats.ts';

export interface Bar {
  name: string;
  ratio: number;
}

export interface Group {
  title: string;
  /** Null: no goal. */
  goal: number | null;
  bars: Bar[];
}

export interface ResultsInput {
  measured: readonly Measured[];
  scales: readonly Scale[];
  /** Packages with their versions. */
  versions: readonly string[];
  peers: readonly string[];
  date: string;
  machine: string;
  /** Before and after. */
  loads: [string, string];
  rounds: number;
}

/** Returns the data of the plot: the workloads in order, each with all schedulers that could run it. */
export function groupsOf(measured: readonly Measured[], peers: readonly string[]): Group[] {
  return measured.map((one) => ({
    title: one.workload.title,
    goal: goalOf(one),
    bars: [OURS, ...peers].flatMap((name) => {
      const ratio = ratioOf(one, name);
      return ratio === null ? [] : [{ name, ratio }];
    }),
  }));
}

/** Returns the measured figures as Markdown, without the text about them. */
export function resultsOf(input: ResultsInput): string {
  return [
    `Measured on ${input.date}: ${input.machine}. Load before ${input.loads[0]}, after ${input.loads[1]}.`,
    `Versions: ${input.versions.join(', ')}. Medians of ${input.rounds} rounds; up to 8 concurrent calls if the limit can be set; the minimum is in parentheses.`,
    '',
    '## Makespan ÷ lower bound',
    '',
    ...makespanTable(input),
    '',
    '![Bars of the same figures](makespan.svg)',
    '',
    ...failuresOf(input.measured),
    '## From Run to the first model call',
    '',
    ...firstCallTable(input.measured),
    '',
    '## Overhead per task',
    '',
    ...overheadTable(input),
    '',
    '## The engine alone',
    '',
    ...scaleTable(input.scales),
    '',
    '## The journal',
    '',
    ...journalTable(input.scales),
    '',
  ].join('\n');
}

function makespanTable({ measured, peers }: ResultsInput): string[] {
  const rows = measured.map((one) => {
    const ours = ratioOf(one, OURS);
    const others = peers.map((name) => bothRatios(one, name));
    const goal = goalOf(one);
    const met = goal === null ? '' : ours !== null && ours <= goal ? 'met' : 'missed';
    const { title } = one.workload;
    return [title, `${one.lowerBoundMs} ms`, bothRatios(one, OURS), goal?.toFixed(3) ?? '–', met, ...others];
  });
  return table(['workload', 'lower bound', OURS, 'goal', '', ...peers], rows);
}

/** The median, with the minimum in parentheses. */
function bothRatios(one: Measured, name: string): string {
  const ratio = ratioOf(one, name);
  return ratio === null ? '–' : `${ratio.toFixed(3)} (${leastRatioOf(one, name)?.toFixed(3)})`;
}

function failuresOf(measured: readonly Measured[]): string[] {
  const said = measured.flatMap(({ workload, failures }) =>
    [...failures].map(([name, message]) => `- ${name}, ${workload.title}: ${message}`),
  );
  return said.length === 0 ? [] : ['Could not be measured:', '', ...said, ''];
}

function firstCallTable(measured: readonly Measured[]): string[] {
  const rows = measured.map(({ workload, firstCallsMs }) => [
    workload.title,
    `${Math.round(median(firstCallsMs))} ms`,
    `${Math.round(Math.min(...firstCallsMs))}–${Math.round(Math.max(...firstCallsMs))} ms`,
  ]);
  return table(['workload', 'median', 'from–to'], rows);
}

/**
 * The slot time of a task in addition to its call: the time of all slots above the lower bound, divided by the number
 * of tasks.
 */
function overheadTable({ measured, peers }: ResultsInput): string[] {
  const layers = measured.filter(({ workload }) => workload.id.startsWith('layers'));
  const rows = layers.map((one) => [
    one.workload.title,
    ...[OURS, ...peers].map((name) => {
      const ratio = ratioOf(one, name);
      if (ratio === null) return '–';
      return `${(((ratio - 1) * one.lowerBoundMs * 8) / one.workload.tasks.length).toFixed(1)} ms`;
    }),
  ]);
  return table(['8 × (makespan − lower bound) ÷ tasks', OURS, ...peers], rows);
}

function scaleTable(scales: readonly Scale[]): string[] {
  const us = (value: number) => `${value.toFixed(1)} µs`;
  const mib = (value: number) => `${Math.round(value)} MiB`;
  const rows = scales.map((one) => [
    String(one.tasks),
    us(one.decisionUsPerTask),
    us(one.cpuUsPerTask),
    us(one.wallUsPerTask),
    mib(one.memoryMiB),
    mib(one.baseMemoryMiB),
    `${one.simulationMs.toFixed(1)} ms`,
    `${one.simulationCpuMs.toFixed(1)} ms`,
  ]);
  return table(
    [
      'tasks',
      'decisions per task',
      'processor time per task',
      'wall-clock time per task',
      'memory',
      'before',
      'simulation',
      'its processor time',
    ],
    rows,
  );
}

function journalTable(scales: readonly Scale[]): string[] {
  const rows = scales.flatMap(({ tasks, journal }) =>
    Object.entries(journal).map(([kind, cost]) => [
      String(tasks),
      kind === 'flushed' ? 'with fdatasync' : 'without',
      String(cost.events),
      `${Math.round(cost.ms)} ms`,
      `${cost.cpuUsPerEvent.toFixed(1)} µs`,
      String(cost.flushes),
    ]),
  );
  return table(['tasks', '', 'events', 'until flushed', 'processor time per event', 'writes'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
