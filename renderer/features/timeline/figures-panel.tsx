import { useEffect, useMemo, useState } from 'react';
import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { predictedLimits, predictedLimitsText } from '../../../shared/figures/predicted-limits.ts';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { concurrencySteps } from '../../../shared/run/concurrency.ts';
import { forecastCrew } from '../../../shared/run/expansion/forecast.ts';
import { estimatedWork, lowerBound } from '../../../shared/scheduler/lower-bound.ts';
import { cost, runningDuration } from '../../base/format.ts';
import { waitProperty } from '../../base/theme/wait-colors.ts';
import { useMeasured } from '../../state/measured.ts';
import { usePrediction } from '../../state/prediction.ts';
import { runNow } from '../../state/run.ts';
import type { RunFiguresState } from '../../state/stores/measured-store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { predictedEndText, type Stage, useExpectedEnd } from './expected-end.ts';
import { useTimeline } from './options.ts';
import type { Span } from './scene.ts';
import { SlotsCurve } from './slots-curve.tsx';
import type { TimelineSource } from './source.ts';
import type { ShownWhatIf } from './what-if.ts';
import type { Changes } from './what-if-changes.ts';
import { WhatIfControls } from './what-if-controls.tsx';

interface Props {
  source: TimelineSource;
  slots: number;
  whatIf: ShownWhatIf;
  durations: Readonly<Record<string, number>> | null;
  changes: Changes;
  onChange: (changes: Changes) => void;
}

/** The figures of the run, the color legend, and the what-if controls. */
export function FiguresPanel({ source, slots, whatIf, durations, changes, onChange }: Props) {
  const measured = useMeasured(({ value }) => value);
  const { span, whatIf: isOpen } = useTimeline((options) => options);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: needs the focus for scrolling with keys
    <aside className="timeline-side" aria-label="Figures next to the timeline" tabIndex={0}>
      {measured?.status === 'loading' ? (
        <p className="muted">Loading the run… Figures appear when all events have been loaded.</p>
      ) : (
        <Figures source={source} figures={measured} />
      )}
      {span && <SpanFigures source={source} span={span} />}
      {isOpen && (
        <WhatIfControls source={source} whatIf={whatIf} durations={durations} changes={changes} onChange={onChange} />
      )}
      <Legend />
      <h3 className="caption">Makespan over slots</h3>
      <SlotsCurve whatIf={whatIf} slots={slots} hasProblems={source.hasProblems} />
    </aside>
  );
}

const PREDICTED_END_HINT =
  'Predicted from earlier runs or the estimates in the file. During a run, also the end expected from the remaining work.';

function Figures({ source, figures }: { source: TimelineSource; figures: RunFiguresState | null }) {
  const bound = useLowerBound(source, figures);
  const preview = usePrediction(({ estimates }) => estimates);
  const limits = predictedLimits(source.crew, source.state.started?.estimates ?? preview);
  const makespan = source.prediction.makespan_ms;
  const isPending = usePrediction(({ pending }) => pending);
  const unknownPrediction = source.isPreview && isPending ? 'Simulating…' : 'unknown';
  const slots = source.state.slotCounts.at(-1)?.slots ?? 0;
  const time = figures?.figures.time;
  const tokens = figures ? figures.figures.usage.promptTokens + figures.figures.usage.completionTokens : 0;
  return (
    <dl className="pairs">
      <Pair
        name={source.live ? 'Elapsed' : 'Makespan'}
        hint="Run time since the start. The makespan excludes pauses in which nothing ran."
      >
        {figures ? <Elapsed figures={figures} /> : '–'}
      </Pair>
      {time && time.pausedMs > 0 && (
        <Pair
          name="Paused"
          hint="The run was paused and nothing ran. The ruler shows this time; the makespan excludes it."
        >
          {formatDuration(time.pausedMs)}
        </Pair>
      )}
      {time && time.cutOffMs > 0 && (
        <Pair name="Cut off" hint="No process ran the crew. Neither the ruler nor the makespan includes this time.">
          {formatDuration(time.cutOffMs)}
        </Pair>
      )}
      <Pair
        name="Predicted end"
        hint={`${PREDICTED_END_HINT}${limits === null ? '' : ` ${predictedLimitsText(limits)}`}`}
      >
        {makespan === null ? (
          unknownPrediction
        ) : (
          <PredictedEnd predictedMs={makespan} source={source} figures={figures} />
        )}
      </Pair>
      <Pair name="Lower bound" hint={bound.hint}>
        {bound.ms === null ? unknownPrediction : runningDuration(bound.ms)}
      </Pair>
      {figures && !source.live ? (
        <Pair name="Peak" hint="Maximum number of concurrent turns, and the number of slots.">
          {`${figures.figures.time.concurrency.peak} of ${slots}`}
        </Pair>
      ) : (
        <Pair name="Running, peak" hint="Running turns and slots; maximum number of concurrent turns.">
          {figures ? runningText(source.state.running.size, slots, figures.figures.time.concurrency.peak) : '–'}
        </Pair>
      )}
      <Pair name="Time saved vs. one slot" hint="1 − makespan ÷ the sum of all busy time so far.">
        {time?.timeSaved == null ? '–' : savedText(time.timeSaved, source.live)}
      </Pair>
      <Pair name="Tokens, cost" hint="Totals of all model calls. A rehearsal costs nothing.">
        {figures
          ? `${formatNumber(tokens)} · ${cost(figures.figures.usage.costUsd, figures.figures.usage.costAtMost)}`
          : '–'}
      </Pair>
    </dl>
  );
}

/** The state is newer than the figures, so the current number may exceed their maximum. */
export function runningText(running: number, slots: number, peak: number): string {
  return `${running} of ${slots}, ${Math.max(running, peak)}`;
}

/** A run that took longer than its busy time has a loss; a run in progress has none yet, while its slots are starting. */
export function savedText(saved: number, live: boolean): string {
  if (live && saved < 0) return '–';
  return saved < 0 ? `${formatPercent(saved)}, a loss` : formatPercent(saved);
}

function Pair({ name, hint, children }: { name: string; hint: string; children: React.ReactNode }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd className="num">{children}</dd>
    </div>
  );
}

/** A separate component, so that counting up renders nothing else. */
function Elapsed({ figures }: { figures: RunFiguresState }) {
  return <>{runningDuration(useElapsed(figures))}</>;
}

interface PredictedEndProps {
  predictedMs: number;
  source: TimelineSource;
  figures: RunFiguresState | null;
}

/** The predicted end and the currently expected end or, after completion, the deviation. */
function PredictedEnd({ predictedMs, source, figures }: PredictedEndProps) {
  const expected = useExpectedEnd(source);
  const elapsed = useElapsed(figures);
  return <>{predictedEndText(predictedMs, expected, elapsed, stageOf(figures))}</>;
}

function stageOf(figures: RunFiguresState | null): Stage {
  if (figures === null || figures.live || figures.status === 'loading') return 'running';
  const { outcome } = figures.figures;
  return outcome === 'completed' || outcome === 'completed_degraded' ? 'completed' : 'stopped';
}

/** The milliseconds of the run: its makespan or, while in progress, its run time. */
function useElapsed(figures: RunFiguresState | null): number {
  const win = useWindowState();
  const live = figures?.live ?? false;
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!live) return;
    setNow(runNow(win));
    const timer = setInterval(() => setNow(runNow(win)), 100);
    return () => clearInterval(timer);
  }, [live, win]);
  if (figures === null) return 0;
  return live ? Math.max(now, figures.now) : figures.figures.time.makespanMs;
}

/** While a run is in progress from estimates, afterwards from measured durations. */
function useLowerBound(source: TimelineSource, figures: RunFiguresState | null): { ms: number | null; hint: string } {
  const preview = usePrediction(({ estimates }) => estimates);
  const estimates = source.state.started?.estimates ?? preview;
  const slots = source.state.slotCounts.at(-1)?.slots ?? source.crew.settings.max_concurrent_tasks;
  const { crew, hasProblems } = source;
  const expected = useMemo(() => {
    const expected = hasProblems ? null : forecastCrew(crew, estimates);
    const work = expected && estimatedWork(expected, estimates);
    return expected && work && crew.tasks.length > 0 ? lowerBound(expected, work, slots).ms : null;
  }, [crew, hasProblems, estimates, slots]);
  if (figures && !figures.live) {
    return {
      ms: figures.figures.time.lowerBound.ms,
      hint: 'The makespan that no schedule of the measured work can beat.',
    };
  }
  return { ms: expected, hint: 'The makespan that no schedule of the estimated work can beat.' };
}

function SpanFigures({ source, span }: { source: TimelineSource; span: Span }) {
  const steps = concurrencySteps(source.state, source.now);
  const inside = source.state.turns.filter((turn) => turn.start < span.to && (turn.end ?? source.now) > span.from);
  const busy = inside.reduce(
    (sum, turn) => sum + Math.min(turn.end ?? source.now, span.to) - Math.max(turn.start, span.from),
    0,
  );
  const length = span.to - span.from;
  const peak = steps.reduce((most, step, at) => {
    const end = steps[at + 1]?.t ?? source.now;
    return step.t < span.to && end > span.from ? Math.max(most, step.running) : most;
  }, 0);
  return (
    <dl className="pairs span-figures">
      <Pair
        name="Selected range"
        hint="Drag on the ruler, or hold Shift and drag, to select a range. Press Escape to clear it."
      >
        {`${formatDuration(span.from)} to ${formatDuration(span.to)}`}
      </Pair>
      <Pair name="Length" hint="Length of the selected range.">
        {formatDuration(length)}
      </Pair>
      <Pair name="Running, mean and peak" hint="Concurrent turns in the selected range.">
        {length > 0 ? `${formatNumber(busy / length, 1)}, ${peak}` : '–'}
      </Pair>
      <Pair name="Turns" hint="Turns that ran at least partly in the selected range.">
        {formatNumber(inside.length)}
      </Pair>
    </dl>
  );
}

const SHOWN = [
  'context',
  'assignment',
  'starting',
  'slot',
  'resource',
  'lane',
  'retry',
  'rate_limit',
  'person',
  'cache',
  'paused',
] as const;

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      <li style={{ '--c': 'var(--critical)' }}>critical path</li>
      {SHOWN.map((reason) => (
        <li key={reason} style={{ '--c': `var(${waitProperty(reason)})` }}>
          {reason === 'context' ? `waits ${waitPhrase(reason)}` : waitPhrase(reason)}
        </li>
      ))}
    </ul>
  );
}
