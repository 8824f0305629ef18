import { timelineSvg } from '../../../app/reports/svg/timeline-svg.ts';
import { savingsOf } from '../../../shared/control/virtual/savings.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { type Section, type ShownFigure, shownFigures } from '../../../shared/figures/catalogue/catalogue.ts';
import { type Figures, figuresOf, type MeasuredFigures, measuredFigures } from '../../../shared/figures/figures.ts';
import { rerunText } from '../../../shared/figures/rerun-text.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import { planRerun, type RerunChoice } from '../../../shared/run/rerun.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { WAIT_REASONS, type WaitReason } from '../../../shared/run/wait-reason.ts';
import { type ChangedSegments, changesOf, type SegmentsByTask } from './segments.ts';

/** The figures of the reports; of the tasks, only the aggregates that the window shows. */
export interface RunFigures extends Omit<MeasuredFigures, 'tasks'> {
  /** The single-value figures, as text, by section of the dashboard. */
  shown: Record<Section, ShownFigure[]>;
  /** The wait times of all tasks by reason; reasons without waits are left out. */
  waits: { reason: WaitReason; ms: number }[];
}

export type SimulatedFigures = Pick<Figures, 'bottlenecks' | 'scaling' | 'prediction'>;

/**
 * A query about a run: its figures, its simulated figures, its timeline as a picture, or what a rerun of part of it
 * would do and save (with a `crew` that differs from the crew of the run, if there is one).
 */
export type FiguresRequest =
  | { kind: 'measure' | 'simulate' | 'draw' }
  | { kind: 'plan'; crew: Crew | null; choice: RerunChoice };

/** `now`: run time, whole milliseconds. */
export type FiguresQuestion = { id: number; now: number } & FiguresRequest;

export type FiguresAnswer = { id: number } & (
  | { kind: 'measured'; seq: number; now: number; figures: RunFigures; changed: ChangedSegments }
  | { kind: 'simulated'; simulated: SimulatedFigures }
  | { kind: 'drawn'; svg: string }
  | { kind: 'planned'; text: string }
);

/** A second fold of the shown run, in a worker: computing the figures of a large run would block the page. */
export class FoldedRun {
  readonly #crew: Crew;
  readonly #state: RunState;
  /** The segments that were last sent, and when. */
  #sent: { segments: SegmentsByTask; now: number } = { segments: new Map(), now: 0 };

  constructor(crew: Crew) {
    this.#crew = crew;
    this.#state = newRun(crew);
  }

  take(events: readonly RunEvent[]): void {
    for (const event of events) applyEvent(this.#state, event);
  }

  answer(question: FiguresQuestion): FiguresAnswer {
    const { id, now } = question;
    switch (question.kind) {
      case 'measure':
        return { id, kind: 'measured', ...this.#measure(now) };
      case 'simulate': {
        const { bottlenecks, scaling, prediction } = figuresOf(this.#state);
        return { id, kind: 'simulated', simulated: { bottlenecks, scaling, prediction } };
      }
      case 'draw':
        return { id, kind: 'drawn', svg: timelineSvg(this.#state, this.#figures(now)) };
      case 'plan':
        return { id, kind: 'planned', text: this.#plan(question.crew ?? this.#crew, question.choice) };
      default:
        return question satisfies never;
    }
  }

  #measure(now: number) {
    const measured = this.#figures(now);
    const { tasks, ...figures } = measured;
    const segments: SegmentsByTask = new Map(tasks.map((task) => [task.name, task.segments]));
    const changed = changesOf(this.#sent.segments, this.#sent.now, segments, now);
    this.#sent = { segments, now };
    return {
      seq: this.#state.seq,
      now,
      figures: { ...figures, shown: shownFigures(measured), ...totalWaits(tasks) },
      changed,
    };
  }

  #plan(crew: Crew, choice: RerunChoice): string {
    const plan = planRerun(crew, this.#state, choice);
    if (!plan.ok) return plan.message;
    const { again, kept } = plan;
    return rerunText(again.size, kept.size, savingsOf(crew, this.#state, kept, crew.settings.max_concurrent_tasks));
  }

  #figures(now: number): MeasuredFigures {
    return measuredFigures(this.#state, { now });
  }
}

function totalWaits(tasks: readonly TaskFigures[]): Pick<RunFigures, 'waits'> {
  const sums = new Map<WaitReason, number>();
  for (const { waits } of tasks) for (const { reason, ms } of waits) sums.set(reason, (sums.get(reason) ?? 0) + ms);
  return {
    waits: WAIT_REASONS.map((reason) => ({ reason, ms: sums.get(reason) ?? 0 })).filter(({ ms }) => ms > 0),
  };
}

/** The wait time of all tasks for that reason, in milliseconds. */
export function waitedMs({ waits }: RunFigures, reason: WaitReason): number {
  return waits.find((wait) => wait.reason === reason)?.ms ?? 0;
}
