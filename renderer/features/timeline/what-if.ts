import { useEffect, useState } from 'react';
import type { Crew } from '../../../shared/project/schema.ts';
import type { Simulation } from '../../../shared/scheduler/simulate.ts';
import type { WhatIfAnswer, WhatIfQuestion } from './what-if-answers.ts';

export interface CurvePoint {
  slots: number;
  makespanMs: number;
}

const WORTH_DOUBLING = 0.9;

type Question = Omit<WhatIfQuestion, 'id'> & { project: Crew };
/** Asks, and hears the answers until it is ended by what it returns, or a newer question is asked. */
type Ask = (question: Question, take: (answer: WhatIfAnswer) => void) => () => void;

/** A worker of its own, made when it is first asked, and anew where the one before broke down. */
export function simulations(): Ask {
  let worker: Worker | null = null;
  let lastId = 0;
  /** The crew that the worker was last given. */
  let given: Crew | null = null;
  return (question, take) => {
    worker ??= new Worker(new URL('./what-if.worker.ts', import.meta.url), { type: 'module' });
    const asked = worker;
    lastId += 1;
    const id = lastId;
    const onAnswer = ({ data }: MessageEvent<WhatIfAnswer>) => {
      if (data.id === id) take(data);
    };
    const onError = ({ message }: ErrorEvent) => {
      if (worker === asked) {
        asked.terminate();
        [worker, given] = [null, null];
      }
      if (id === lastId) take({ id, kind: 'failed', message });
    };
    asked.addEventListener('message', onAnswer);
    asked.addEventListener('error', onError);
    const project = question.project === given ? null : question.project;
    given = question.project;
    asked.postMessage({ ...question, project, id } satisfies WhatIfQuestion);
    return () => {
      asked.removeEventListener('message', onAnswer);
      asked.removeEventListener('error', onError);
    };
  };
}

const ask = simulations();

/** Numbers of slots for the curve: every one up to 8, then ever wider apart, no more than there are tasks. */
export function slotsTried(project: Crew): number[] {
  const turns = project.process === 'consensual' ? 64 : Math.min(64, Math.max(2, project.tasks.length + 2));
  return [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64].filter((slots) => slots <= turns);
}

/**
 * The number of slots from which doubling makes the run less than a tenth faster, walked by doublings as the reports do.
 * Null before there is a point. Of a curve that still grows it is the knee of its points alone, not of the crew.
 */
export function kneeOf(points: readonly CurvePoint[]): CurvePoint | null {
  const at = (slots: number) => points.find((point) => point.slots === slots);
  let knee = at(1) ?? null;
  for (;;) {
    const doubled = knee ? at(knee.slots * 2) : undefined;
    if (!knee || !doubled || doubled.makespanMs >= knee.makespanMs * WORTH_DOUBLING) return knee;
    knee = doubled;
  }
}

export interface WhatIf {
  /** In the order of slots. The first curve grows as it is worked out; each later one takes its place when it is whole. */
  points: readonly CurvePoint[];
  /** The schedule that was wanted; null until it is there. */
  simulation: Simulation | null;
  /** The makespan without the changes, simulated as well; absent until it is known, and where nothing is changed. */
  baseMs?: number;
  /** Not all of it could be simulated: `points` are as far as that went. */
  failed: boolean;
}

/** What is known, and what is still to come. */
export interface ShownWhatIf extends WhatIf {
  /** The lengths of all tasks are known, so that every figure is known or being simulated. */
  isKnown: boolean;
  /** All points of the curve are simulated. */
  isWhole: boolean;
}

const NOTHING: WhatIf = { points: [], simulation: null, failed: false };

/** What was found, of which crew or run. */
interface Found extends WhatIf {
  of: string;
}

/** What is known of the crew or run that is `shown`: what was found of another says nothing about it. */
export function foundOf(shown: string, found: Found): Found {
  return found.of === shown ? found : { of: shown, ...NOTHING };
}

/**
 * Simulates the crew with known durations (milliseconds by task) in a worker: where a schedule at `scheduleSlots` slots is
 * wanted that first, then the numbers of slots of the curve. `null` durations: some length is unknown, and there is
 * nothing to say. `shown` names the crew or run: while it is the same, what was found stays until there is newer.
 */
export function useWhatIf(
  shown: string,
  project: Crew,
  durations: Readonly<Record<string, number>> | null,
  capacities: Readonly<Record<string, number>>,
  scheduleSlots: number | null,
  base: NonNullable<WhatIfQuestion['base']> | null,
): ShownWhatIf {
  const [found, setFound] = useState<Found>({ of: shown, ...NOTHING });
  useEffect(() => {
    if (!durations || project.tasks.length === 0) {
      setFound({ of: shown, ...NOTHING });
      return;
    }
    const curve = slotsTried(project);
    let known: Found = { of: shown, ...NOTHING };
    return ask({ project, durations, capacities, ...(base ? { base } : {}), scheduleSlots, curve }, (answer) => {
      known = withAnswer(known, answer);
      if (answer.kind === 'failed') reportError(new Error(`What-if: ${answer.message}`));
      setFound((before) => foundNow(foundOf(shown, before), known, curve.length));
    });
  }, [shown, project, durations, capacities, scheduleSlots, base]);
  const now = foundOf(shown, found);
  const isKnown = durations !== null && project.tasks.length > 0;
  return { ...now, isKnown, isWhole: isKnown && now.points.length === slotsTried(project).length };
}

/** What is known of a question after one more of its answers. */
export function withAnswer<Known extends WhatIf>(known: Known, answer: WhatIfAnswer): Known {
  switch (answer.kind) {
    case 'base':
      return { ...known, baseMs: answer.makespanMs };
    case 'schedule':
      return { ...known, simulation: answer.simulation };
    case 'point':
      return { ...known, points: [...known.points, { slots: answer.slots, makespanMs: answer.makespanMs }] };
    case 'failed':
      return { ...known, failed: true };
    default:
      return answer satisfies never;
  }
}

/** What to show while a question is answered; of one that failed nothing of the question before stays. */
function foundNow(before: Found, known: Found, whole: number): Found {
  if (known.failed) return known;
  const points = curveToShow(before.points, known.points, whole);
  const baseMs = known.baseMs ?? before.baseMs;
  const simulation = known.simulation ?? before.simulation;
  return { ...known, points, simulation, ...(baseMs === undefined ? {} : { baseMs }) };
}

/** A curve stays until the one that follows it is whole, or says more: a part of each would say what neither does. */
export function curveToShow(
  before: readonly CurvePoint[],
  growing: readonly CurvePoint[],
  whole: number,
): readonly CurvePoint[] {
  return growing.length === whole || growing.length > before.length ? growing : before;
}
