import { readFile } from 'node:fs/promises';
import { predict, predictedCriticalPath } from '../../shared/control/virtual/predict.ts';
import { checkRunnable } from '../../shared/crew/check.ts';
import { fileOf } from '../../shared/crew/link.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { formatDuration } from '../../shared/figures/format.ts';
import { type PredictedLimits, predictedLimits, predictedLimitsText } from '../../shared/figures/predicted-limits.ts';
import { printableJson } from '../../shared/printable.ts';
import { isAssignment } from '../../shared/run/assignment.ts';
import type { Estimate, Prediction } from '../../shared/run/events.ts';
import { forecastCrew } from '../../shared/run/expansion/forecast.ts';
import { hasInstances } from '../../shared/run/expansion/grow-crew.ts';
import { isInLoop } from '../../shared/run/expansion/grow-rounds.ts';
import { isGrown } from '../../shared/run/expansion/grow-step.ts';
import { ofTaskOrFile } from '../../shared/run/expansion/task-names.ts';
import { estimatedWork, lowerBound } from '../../shared/scheduler/lower-bound.ts';
import { loadLinkedCrew } from '../crew-file/load-linked.ts';
import { locateProblems } from '../crew-file/locate-problems.ts';
import { estimatesOf } from '../launch/estimates.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { refuse } from './problems.ts';
import { stripControlCharacters, table } from './text.ts';

interface EstimatedCrew {
  crew: Crew;
  estimates: Record<string, Estimate>;
}

/** Runs `plan FILE [--slots N] [--json]`: prints the predicted schedule. Without estimates its figures are null. */
export async function plan(
  context: CliContext,
  file: string,
  options: { slots?: number; json?: boolean },
): Promise<ExitCode> {
  const { io } = context;
  const read = await loadEstimatedCrew(context, file, options.json);
  if (typeof read === 'number') return read;
  const slots = options.slots ?? read.crew.settings.max_concurrent_tasks;
  const planned = planObject(read, slots);
  if (options.json) io.stdout(`${printableJson(planned, 2)}\n`);
  else io.stdout(planText(read, planned));
  return EXIT.ok;
}

/** Runs `simulate FILE --slots 1,2,4,8 [--json]`: prints the predicted makespan for each number of slots. */
export async function simulateSlots(
  context: CliContext,
  file: string,
  options: { slots: number[]; json?: boolean },
): Promise<ExitCode> {
  const { io } = context;
  const read = await loadEstimatedCrew(context, file, options.json);
  if (typeof read === 'number') return read;
  const { crew, estimates } = read;
  const rows = options.slots.map((slots) => ({
    slots,
    makespan_s: inSeconds(predict(crew, estimates, slots).makespan_ms),
  }));
  if (options.json) io.stdout(`${printableJson(rows, 2)}\n`);
  else {
    const lines = rows.map((row) => [String(row.slots), spanText(row.makespan_s)]);
    io.stdout(`${table([['slots', 'predicted makespan'], ...lines])}${limitsLine(crew, estimates)}`);
  }
  return EXIT.ok;
}

async function loadEstimatedCrew(
  { io, folders }: CliContext,
  file: string,
  json: boolean | undefined,
): Promise<EstimatedCrew | ExitCode> {
  const loaded = await loadLinkedCrew(file);
  if (!loaded.ok) return refuse(io, loaded.problems, { json, file });
  const { crew } = loaded;
  const problems = checkRunnable(fileOf(crew));
  if (problems.length > 0) return refuse(io, locateProblems(await readFile(file, 'utf8'), problems), { json, file });
  return { crew, estimates: await estimatesOf(crew, folders) };
}

function planObject({ crew, estimates }: EstimatedCrew, slots: number) {
  const { makespan_ms, tasks }: Prediction = predict(crew, estimates, slots);
  const expected = forecastCrew(crew, estimates);
  const work = expected && estimatedWork(expected, estimates);
  return {
    slots,
    makespan_s: inSeconds(makespan_ms),
    lower_bound_s: inSeconds(work === null ? null : lowerBound(expected ?? crew, work, slots).ms),
    ...limitsObject(predictedLimits(crew, estimates)),
    critical_path:
      makespan_ms === null ? [] : predictedCriticalPath(expected ?? crew, tasks).filter((name) => !isAssignment(name)),
    tasks: (expected ?? crew).tasks
      .filter((task) => !hasInstances(task) && !isGrown(task) && !isInLoop(task))
      .map(({ name }) => ({
        task: name,
        start_s: inSeconds(tasks[name]?.start_ms ?? null),
        end_s: inSeconds(tasks[name]?.end_ms ?? null),
        slot: tasks[name]?.slot ?? null,
        estimate_from: ofTaskOrFile(estimates, name)?.from ?? 'unknown',
      })),
  };
}

/** The key `limits` of `plan --json`, which only crews with limits have. */
function limitsObject(limits: PredictedLimits | null) {
  if (limits === null) return {};
  const { maxRpm, maxTokensPerMinute, agentRpm, measured, assumed } = limits;
  const calls = { calls_measured_tasks: measured, calls_assumed_tasks: assumed };
  return {
    limits: { max_rpm: maxRpm, max_tokens_per_minute: maxTokensPerMinute, agents_max_rpm: agentRpm, ...calls },
  };
}

/** The line on the limits that a prediction includes; empty if the crew has none. */
function limitsLine(crew: Crew, estimates: Readonly<Record<string, Estimate>>): string {
  const limits = predictedLimits(crew, estimates);
  return limits === null ? '' : `${stripControlCharacters(predictedLimitsText(limits))}\n`;
}

function planText({ crew, estimates }: EstimatedCrew, planned: ReturnType<typeof planObject>): string {
  const titles = new Map(crew.tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))]));
  const title = (name: string) => titles.get(name) ?? name;
  const rows = [...planned.tasks].sort((a, b) => (a.start_s ?? 0) - (b.start_s ?? 0));
  const lines = rows.map((row) => [
    title(row.task),
    spanText(row.start_s),
    spanText(row.end_s),
    row.slot === null ? '' : `slot ${row.slot}`,
    row.estimate_from,
  ]);
  return [
    `${planned.slots} slots, predicted makespan ${spanText(planned.makespan_s)}, lower bound ${spanText(planned.lower_bound_s)}\n`,
    limitsLine(crew, estimates),
    `Critical path: ${planned.critical_path.map(title).join(' → ') || 'unknown'}\n\n`,
    table([['task', 'start', 'end', 'slot', 'estimate from'], ...lines]),
  ].join('');
}

function spanText(seconds: number | null): string {
  return seconds === null ? 'unknown' : formatDuration(seconds * 1000);
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
