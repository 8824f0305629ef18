import './timeline.css';
import { memo, useMemo } from 'react';
import type { CallCount } from '../../../shared/run/call-count.ts';
import { useMeasuring } from '../../state/measured.ts';
import { usePrediction } from '../../state/prediction.ts';
import { callsOf, durationsOf } from './durations.ts';
import { FiguresPanel } from './figures-panel.tsx';
import { useTimeline } from './options.ts';
import { type TimelineSource, useSource } from './source.ts';
import { TimelineTable } from './table.tsx';
import { TimelineView } from './view.tsx';
import { useWhatIf } from './what-if.ts';
import type { WhatIfQuestion } from './what-if-answers.ts';
import { type Changes, NO_CHANGES, useChanges } from './what-if-changes.ts';

/** Each of these visits all tasks, so they are memoized. */
const View = memo(TimelineView);
const Table = memo(TimelineTable);

/** The run as lanes over time or, before there is one, the predicted schedule. */
export function Timeline() {
  useMeasuring();
  const source = useSource();
  const [changes, setChanges] = useChanges(source.shown);
  const { asTable, whatIf: isOpen } = useTimeline((options) => options);
  const durations = useDurations(source, changes);
  const calls = useCalls(source);
  const slots = changes.slots ?? source.state.slotCounts.at(-1)?.slots ?? 1;
  const isChanged = changes !== NO_CHANGES;
  const base = useBase(source, isOpen && isChanged);
  const wanted = isOpen ? slots : null;
  const whatIf = useWhatIf(source.shown, source.crew, durations, changes.capacities, calls, wanted, base);
  const predicted = isOpen && isChanged && whatIf.simulation ? whatIf.simulation.tasks : source.prediction.tasks;
  const isEmpty = source.state.tasks.size === 0;
  return (
    <div className="timeline">
      <div className="timeline-main">
        {!asTable && <View source={source} predicted={predicted} />}
        {!asTable && source.isPreview && (
          <Invitation isEmpty={isEmpty} isPredicted={Object.keys(predicted).length > 0} />
        )}
        <Table source={source} visible={asTable} />
      </div>
      <FiguresPanel
        source={source}
        slots={slots}
        whatIf={whatIf}
        durations={durations}
        changes={changes}
        onChange={setChanges}
      />
    </div>
  );
}

/** The number of times that schedules are computed during a run, for any number of tasks. */
const LIVE_STEPS = 20;

/** Changes when enough tasks have ended to justify new simulations. */
function endedShare({ state, live }: TimelineSource): number {
  let ended = 0;
  for (const task of state.tasks.values()) if (task.endedAt !== null) ended += 1;
  return live ? Math.floor(ended / Math.max(1, state.tasks.size / LIVE_STEPS)) : ended;
}

function useDurations(source: TimelineSource, { speeds }: Changes): Readonly<Record<string, number>> | null {
  const estimates = usePrediction((prediction) => prediction.estimates);
  const known = source.state.started?.estimates ?? estimates;
  const ended = endedShare(source);
  // The state is changed in place: the number of ended tasks shows whether durations changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  return useMemo(() => durationsOf(source, known, speeds), [source.crew, source.hasProblems, known, ended, speeds]);
}

/** The known model calls of each task, which the limits of the crew count. */
function useCalls(source: TimelineSource): Readonly<Record<string, CallCount>> {
  const estimates = usePrediction((prediction) => prediction.estimates);
  const known = source.state.started?.estimates ?? estimates;
  const ended = endedShare(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is changed in place, as in useDurations.
  return useMemo(() => callsOf(source, known), [source.crew, known, ended]);
}

/** The crew or run without changes, as the baseline of the what-if. */
function useBase(source: TimelineSource, isWanted: boolean): NonNullable<WhatIfQuestion['base']> | null {
  const durations = useDurations(source, NO_CHANGES);
  const slots = source.state.slotCounts.at(-1)?.slots ?? 1;
  return useMemo(() => (isWanted && durations !== null ? { durations, slots } : null), [isWanted, durations, slots]);
}

function Invitation({ isEmpty, isPredicted }: { isEmpty: boolean; isPredicted: boolean }) {
  if (isPredicted) return <p className="timeline-note">Predicted schedule. Press Run to compare.</p>;
  return (
    <div className="empty timeline-empty">
      <strong>{isEmpty ? 'No tasks yet' : 'No run yet'}</strong>
      <span>
        {isEmpty
          ? 'Press T to add a task, A to add an agent; their lanes appear here.'
          : 'Press Run. Each slot becomes a lane, and every wait shows its reason.'}
      </span>
    </div>
  );
}
