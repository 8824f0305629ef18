import { type CriticalPath, criticalPath } from '../run/critical-path.ts';
import type { BatchRow } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { segmentsOf } from '../run/waits.ts';
import { type BudgetFigures, budgetFigures } from './budget.ts';
import { type Counts, countsOf, type Outcome } from './counts.ts';
import { type AgentFigures, agentFigures, type CategoryFigures, categoryFigures } from './groups.ts';
import { type LimitFigures, limitFigures } from './limits.ts';
import { type LostFigures, lostFigures } from './lost.ts';
import { type PredictionFigures, predictionFigures } from './prediction.ts';
import { type QualityFigures, qualityFigures } from './quality.ts';
import { type PoolFigures, poolFigures, type SlotFigures, slotFigures } from './resources.ts';
import { type ReusedFigures, reusedFigures } from './reused.ts';
import { type ModelFigures, modelFigures, type ToolFigures, toolFigures } from './spent/call-figures.ts';
import { type SpentFigure, spentFigures } from './spent/spent.ts';
import { type TaskFigures, taskFigures } from './task-figures.ts';
import { type TimeFigures, timeFigures } from './time.ts';

import { addUsage, NO_USAGE, type Usage, unpricedModels } from './usage.ts';
import { type Bottlenecks, mainSlots, type Scaling, WhatIf } from './what-if.ts';

import { type WorkloadFigure, workloadFigures } from './workload.ts';

/** The measured figures of a run. They are cheap enough to compute repeatedly while the run is in progress. */
export interface MeasuredFigures {
  runId: string;
  crew: string;
  outcome: Outcome;
  /** Why an interrupted run stopped, if the journal contains the reason. */
  reason: RunState['interrupted'];
  rehearsal: boolean;
  /** The batch and row of the run; null for a run outside a batch. */
  batch: BatchRow | null;
  /** The number of slots that the run had for most of its makespan; `time` has all of its slots. */
  slots: number;
  /** The number of slots from each run time on. */
  slotCounts: RunState['slotCounts'];
  counts: Counts;
  time: TimeFigures;
  path: CriticalPath;
  /** In declared order; the manager's assignment, if it ran, is last. */
  tasks: TaskFigures[];
  /** The busy time by what it was spent on, the largest part first. */
  spent: SpentFigure[];
  tools: ToolFigures[];
  models: ModelFigures[];
  agents: AgentFigures[];
  categories: CategoryFigures[];
  workload: WorkloadFigure[];
  pools: PoolFigures[];
  slotUse: SlotFigures[];
  /** The memory limit in MiB above which a slot process is ended. */
  slotMemoryMib: number;
  /** Origins whose rate limiter took a step. */
  limits: LimitFigures[];
  quality: QualityFigures;
  usage: Usage;
  /** Models that were called and have no known price, by name. */
  unpricedModels: string[];
  lost: LostFigures;
  reused: ReusedFigures;
  budget: BudgetFigures | null;
}

/** Every figure of the reports. */
export interface Figures extends MeasuredFigures {
  bottlenecks: Bottlenecks;
  scaling: Scaling;
  prediction: PredictionFigures;
}

export interface FiguresOptions {
  /** Results of tasks by name, those in blobs too; only a workload of `items` needs them. */
  texts?: ReadonlyMap<string, string>;
  /** Run time of a run in progress. Default: the time of its last event. */
  now?: number;
}

/** Returns the measured figures, without any simulation. */
export function measuredFigures(state: RunState, options: FiguresOptions = {}): MeasuredFigures {
  const { crew } = state;
  const { texts = new Map(), now = state.t } = options;
  const segments = segmentsOf(state, now);
  const path = criticalPath(state, now, segments);
  const tasks = taskFigures({ crew, state, now, segments, path });
  const time = timeFigures(crew, state, now, tasks);
  return {
    runId: state.started?.run ?? '',
    crew: state.started?.crew ?? crew.name,
    outcome: state.outcome ?? 'interrupted',
    reason: state.outcome === null ? state.interrupted : null,
    rehearsal: state.started?.rehearsal ?? false,
    batch: state.started?.batch ?? null,
    slots: mainSlots(state, time),
    slotCounts: state.slotCounts,
    counts: countsOf(tasks),
    time,
    path,
    tasks,
    spent: spentFigures(state, now, path),
    tools: toolFigures(state),
    models: modelFigures(state),
    agents: agentFigures(crew, state, now),
    categories: categoryFigures(tasks),
    workload: workloadFigures(crew, state, texts),
    pools: poolFigures(crew, state, now, tasks, time),
    slotUse: slotFigures(state, now),
    slotMemoryMib: crew.settings.slot_memory_mib,
    limits: limitFigures(state, now),
    quality: qualityFigures(state),
    usage: tasks.map((task) => task.usage).reduce(addUsage, NO_USAGE),
    unpricedModels: unpricedModels(state),
    lost: lostFigures(state, tasks),
    reused: reusedFigures(tasks),
    budget: budgetFigures(state),
  };
}

/** Returns all figures, including the simulated ones (bottlenecks, scaling, causes of prediction errors). */
export function figuresOf(state: RunState, options: FiguresOptions = {}): Figures {
  const measured = measuredFigures(state, options);
  const whatIf = new WhatIf(state.crew, state, measured.tasks, measured.time);
  return {
    ...measured,
    bottlenecks: whatIf.bottlenecks(),
    scaling: whatIf.scaling(),
    prediction: predictionFigures(state, measured.tasks, measured.time, whatIf),
  };
}
