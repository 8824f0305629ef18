import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { linkParts } from '../../../shared/crew/link.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { Prediction } from '../../../shared/run/events.ts';
import { forecastCrew } from '../../../shared/run/expansion/forecast.ts';
import { newRun } from '../../../shared/run/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { useDocument } from '../../state/document.ts';
import { useMeasured } from '../../state/measured.ts';
import { usePrediction, useScheduledCrew } from '../../state/prediction.ts';
import { useProblems } from '../../state/problems.ts';
import { runNow, useRun } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The source of the timeline: the shown run or, before one exists, the predicted schedule of the crew. */
export interface TimelineSource {
  /** Identifies the run or the opened crew, unchanged by events and edits. */
  shown: string;
  crew: Crew;
  state: RunState;
  now: number;
  live: boolean;
  segments: ReadonlyMap<string, readonly TaskSegment[]>;
  critical: ReadonlySet<string>;
  prediction: Prediction;
  /** No run is shown, only the predicted schedule. */
  isPreview: boolean;
  /** The crew has problems and cannot be scheduled, so nothing can be derived from it. */
  hasProblems: boolean;
}

const NO_SEGMENTS: TimelineSource['segments'] = new Map();
const NO_TASKS: ReadonlySet<string> = new Set();
/** The crew of a run has no problems, because the run started. */
const RUN = { isPreview: false, hasProblems: false };
const UNKNOWN: Prediction = { makespan_ms: null, tasks: {} };

/** The source of the timeline. Renders again when it changes. */
export function useSource(): TimelineSource {
  const figures = useMeasured(({ value }) => value);
  const early = useEarlySource();
  const preview = usePreview();
  return useMemo(() => {
    if (!figures) return early ?? preview;
    const { run, crew, state, now, live, segments, critical } = figures;
    const prediction = state.started?.prediction ?? UNKNOWN;
    return { shown: run, crew, state, now, live, segments, critical, prediction, ...RUN };
  }, [figures, early, preview]);
}

/** The shown run before its first figures; null: it has no events yet. */
function useEarlySource(): TimelineSource | null {
  const win = useWindowState();
  const { id, crew, state, live, hasBegun } = useRun(
    useShallow(({ id, state, live, seq }) => ({ id, crew: state?.crew, state, live, hasBegun: seq > 0 })),
  );
  return useMemo(() => {
    if (id === null || !crew || !state || !hasBegun) return null;
    const prediction = state.started?.prediction ?? UNKNOWN;
    const nothing = { segments: NO_SEGMENTS, critical: NO_TASKS };
    return { shown: id, crew, state, live, now: runNow(win), ...nothing, prediction, ...RUN };
  }, [id, crew, state, live, hasBegun, win]);
}

/** The predicted schedule of the crew in the editor. Moving a node does not compute it again. */
function usePreview(): TimelineSource {
  const file = useScheduledCrew();
  const shown = useDocument(({ opened }) => `crew ${opened}`);
  const predicted = usePrediction((prediction) => prediction);
  const hasProblems = useProblems().length > 0;
  return useMemo(() => {
    const crew = (hasProblems ? null : forecastCrew(linkParts(file, predicted.parts), predicted.estimates)) ?? file;
    const state = newRun(crew);
    state.slotCounts.push({ t: 0, slots: crew.settings.max_concurrent_tasks });
    const critical = new Set(predicted.criticalPath);
    const { prediction } = predicted;
    const nothing = { now: 0, live: false, segments: NO_SEGMENTS };
    return { shown, crew, state, ...nothing, critical, prediction, isPreview: true, hasProblems };
  }, [shown, file, predicted, hasProblems]);
}
