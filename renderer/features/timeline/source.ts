import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Crew } from '../../../shared/project/schema.ts';
import type { Prediction } from '../../../shared/run/events.ts';
import { newRun } from '../../../shared/run/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { useDocument } from '../../state/document.ts';
import { useMeasured } from '../../state/measured.ts';
import { usePrediction, useScheduledProject } from '../../state/prediction.ts';
import { useProblems } from '../../state/problems.ts';
import { runNow, useRun } from '../../state/run.ts';

/** What the timeline draws: the shown run, or before there is one the schedule that the drawn crew is predicted to have. */
export interface TimelineSource {
  /** Names the run, or the crew that was opened: the same through all its events and edits. */
  shown: string;
  project: Crew;
  state: RunState;
  now: number;
  live: boolean;
  stretches: ReadonlyMap<string, readonly TaskSegment[]>;
  critical: ReadonlySet<string>;
  prediction: Prediction;
  /** Nothing has run. */
  isPreview: boolean;
  /** The crew cannot be scheduled as it is drawn: what is worked out of it would be no schedule. */
  hasProblems: boolean;
}

const NO_STRETCHES: TimelineSource['stretches'] = new Map();
const NO_TASKS: ReadonlySet<string> = new Set();
/** What a run is: without problems, since it had begun. */
const RUN = { isPreview: false, hasProblems: false };
const UNKNOWN: Prediction = { makespan_ms: null, tasks: {} };

export function useSource(): TimelineSource {
  const figures = useMeasured(({ value }) => value);
  const begun = useBegun();
  const preview = usePreview();
  return useMemo(() => {
    if (!figures) return begun ?? preview;
    const { run, project, state, now, live, stretches, critical } = figures;
    const prediction = state.started?.prediction ?? UNKNOWN;
    return { shown: run, project, state, now, live, stretches, critical, prediction, ...RUN };
  }, [figures, begun, preview]);
}

/** The drawn run from its first events on, before there are figures of it; null: there is nothing of a run yet. */
function useBegun(): TimelineSource | null {
  const { id, project, state, live, hasBegun } = useRun(
    useShallow(({ id, project, state, live, seq }) => ({ id, project, state, live, hasBegun: seq > 0 })),
  );
  return useMemo(() => {
    if (id === null || !project || !state || !hasBegun) return null;
    const prediction = state.started?.prediction ?? UNKNOWN;
    const nothing = { stretches: NO_STRETCHES, critical: NO_TASKS };
    return { shown: id, project, state, live, now: runNow(), ...nothing, prediction, ...RUN };
  }, [id, project, state, live, hasBegun]);
}

/** The schedule that the crew in the editor is predicted to have; a moved node is no reason to work out another. */
function usePreview(): TimelineSource {
  const project = useScheduledProject();
  const shown = useDocument(({ opened }) => `crew ${opened}`);
  const predicted = usePrediction();
  const hasProblems = useProblems().length > 0;
  return useMemo(() => {
    const state = newRun(project);
    state.slotCounts.push({ t: 0, slots: project.settings.max_concurrent_tasks });
    const critical = new Set(predicted.criticalPath);
    const { prediction } = predicted;
    const nothing = { now: 0, live: false, stretches: NO_STRETCHES };
    return { shown, project, state, ...nothing, critical, prediction, isPreview: true, hasProblems };
  }, [shown, project, predicted, hasProblems]);
}
