import { useMemo } from 'react';
import type { Project } from '../../shared/project/schema.ts';
import type { Prediction } from '../../shared/run/events.ts';
import { newRun } from '../../shared/run/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { stretchesOf, type TaskStretch } from '../../shared/run/waits.ts';
import { useDocument } from '../store/document.ts';
import { usePrediction } from '../store/prediction.ts';
import { useMeasured } from './measured.ts';

/** What the timeline draws: the shown run, or before there is one the schedule that the drawn crew is predicted to have. */
export interface TimelineSource {
  project: Project;
  state: RunState;
  now: number;
  live: boolean;
  stretches: ReadonlyMap<string, readonly TaskStretch[]>;
  critical: ReadonlySet<string>;
  prediction: Prediction;
  /** Nothing has run. */
  isPreview: boolean;
}

export function useSource(): TimelineSource {
  const measured = useMeasured(({ value }) => value);
  const project = useDocument((document) => document.project);
  const predicted = usePrediction();
  const preview = useMemo((): TimelineSource => {
    const state = newRun(project);
    state.slotCounts.push({ t: 0, slots: project.settings.max_concurrent_tasks });
    const critical = new Set(predicted.criticalPath);
    const { prediction } = predicted;
    return {
      project,
      state,
      now: 0,
      live: false,
      stretches: stretchesOf(project, state, 0),
      critical,
      prediction,
      isPreview: true,
    };
  }, [project, predicted]);
  return useMemo(() => {
    if (!measured) return preview;
    const { state, now, live, stretches, critical } = measured;
    const prediction = state.started?.prediction ?? { makespan_ms: null, tasks: {} };
    return { project: measured.project, state, now, live, stretches, critical, prediction, isPreview: false };
  }, [measured, preview]);
}
