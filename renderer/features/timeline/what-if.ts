import { useEffect, useState } from 'react';
import type { Simulation } from '../../../shared/control/virtual/simulation.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { CallCount } from '../../../shared/run/call-count.ts';
import { perWindow, useWindowState } from '../../state/window-state.ts';
import type { WhatIfAnswer, WhatIfQuestion } from './what-if-answers.ts';

export interface CurvePoint {
  slots: number;
  makespanMs: number;
}

const MAX_RATIO_OF_GAIN = 0.9;

type Question = Omit<WhatIfQuestion, 'id'> & { crew: Crew };
/** Sends a request and receives its answers, until the returned function is called or a newer request is sent. */
type Ask = (question: Question, take: (answer: WhatIfAnswer) => void) => () => void;

/** A worker that is created for the first request, and again after a crash. */
export function simulations(): Ask {
  let worker: Worker | null = null;
  let lastId = 0;
  /** The last crew sent to the worker. */
  let sentCrew: Crew | null = null;
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
        [worker, sentCrew] = [null, null];
      }
      if (id === lastId) take({ id, kind: 'failed', message });
    };
    asked.addEventListener('message', onAnswer);
    asked.addEventListener('error', onError);
    const crew = question.crew === sentCrew ? null : question.crew;
    sentCrew = question.crew;
    asked.postMessage({ ...question, crew, id } satisfies WhatIfQuestion);
    return () => {
      asked.removeEventListener('message', onAnswer);
      asked.removeEventListener('error', onError);
    };
  };
}

/** One worker per window. */
const simulationsOf = perWindow(simulations);

/** The numbers of slots for the curve: each up to 8, then increasingly far apart, and at most the number of tasks. */
export function slotCountsOf(crew: Crew): number[] {
  const turns = crew.process === 'consensual' ? 64 : Math.min(64, Math.max(2, crew.tasks.length + 2));
  return [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64].filter((slots) => slots <= turns);
}

/**
 * The number of slots whose doubling makes the run less than a tenth faster, found by doubling as in the reports. Null
 * without points. For an incomplete curve it is the knee of the known points, not of the crew.
 */
export function kneeOf(points: readonly CurvePoint[]): CurvePoint | null {
  const at = (slots: number) => points.find((point) => point.slots === slots);
  let knee = at(1) ?? null;
  for (;;) {
    const doubled = knee ? at(knee.slots * 2) : undefined;
    if (!knee || !doubled || doubled.makespanMs >= knee.makespanMs * MAX_RATIO_OF_GAIN) return knee;
    knee = doubled;
  }
}

export interface WhatIf {
  /** In order of slots. The first curve grows while it is computed; each later one replaces it when complete. */
  points: readonly CurvePoint[];
  /** The requested schedule; null until it arrives. */
  simulation: Simulation | null;
  /** The simulated makespan without the changes; absent until it is known and if nothing is changed. */
  baseMs?: number;
  /** Whether the simulation failed: `points` contains the successful part. */
  failed: boolean;
}

/** The results so far, and whether more will follow. */
export interface ShownWhatIf extends WhatIf {
  /** Whether the durations of all tasks are known, so that every figure is known or in progress. */
  isKnown: boolean;
  /** Whether all points of the curve are simulated. */
  isComplete: boolean;
}

const NOTHING: WhatIf = { points: [], simulation: null, failed: false };

/** The results and the crew or run that they belong to. */
interface OwnedResults extends WhatIf {
  of: string;
}

/** The results for the crew or run `shown`; empty if they belong to another. */
export function resultsFor(shown: string, found: OwnedResults): OwnedResults {
  return found.of === shown ? found : { of: shown, ...NOTHING };
}

/**
 * Simulates the crew with known durations (milliseconds by task) in a worker: first the schedule at `scheduleSlots`, if
 * requested, then the slot counts of the curve. `null` durations: an estimate is unknown, and there are no results.
 * `calls` are the known model calls, for a crew with limits.
 * `shown` identifies the crew or run: while it is unchanged, results remain until newer ones arrive.
 */
export function useWhatIf(
  shown: string,
  crew: Crew,
  durations: Readonly<Record<string, number>> | null,
  capacities: Readonly<Record<string, number>>,
  calls: Readonly<Record<string, CallCount>>,
  scheduleSlots: number | null,
  base: NonNullable<WhatIfQuestion['base']> | null,
): ShownWhatIf {
  const win = useWindowState();
  const [found, setFound] = useState<OwnedResults>({ of: shown, ...NOTHING });
  useEffect(() => {
    if (!durations || crew.tasks.length === 0) {
      setFound({ of: shown, ...NOTHING });
      return;
    }
    const curve = slotCountsOf(crew);
    let known: OwnedResults = { of: shown, ...NOTHING };
    const ask = simulationsOf(win);
    const end = win.activities.begin('what-if');
    const cancel = ask(
      { crew, durations, capacities, calls, ...(base ? { base } : {}), scheduleSlots, curve },
      (answer) => {
        known = withAnswer(known, answer);
        if (answer.kind === 'failed') reportError(new Error(`What-if: ${answer.message}`));
        if (known.failed || known.points.length === curve.length) end();
        setFound((before) => mergedResults(resultsFor(shown, before), known, curve.length));
      },
    );
    return () => {
      cancel();
      end();
    };
  }, [win, shown, crew, durations, capacities, calls, scheduleSlots, base]);
  const now = resultsFor(shown, found);
  const isKnown = durations !== null && crew.tasks.length > 0;
  return { ...now, isKnown, isComplete: isKnown && now.points.length === slotCountsOf(crew).length };
}

/** The results of a request after one more answer. */
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

/** The results to show while a request is pending. After a failed request, nothing of the previous one remains. */
function mergedResults(before: OwnedResults, known: OwnedResults, whole: number): OwnedResults {
  if (known.failed) return known;
  const points = curveToShow(before.points, known.points, whole);
  const baseMs = known.baseMs ?? before.baseMs;
  const simulation = known.simulation ?? before.simulation;
  return { ...known, points, simulation, ...(baseMs === undefined ? {} : { baseMs }) };
}

/** A curve remains until its successor is complete or has more points, so that the two are never mixed. */
export function curveToShow(
  before: readonly CurvePoint[],
  growing: readonly CurvePoint[],
  whole: number,
): readonly CurvePoint[] {
  return growing.length === whole || growing.length > before.length ? growing : before;
}
