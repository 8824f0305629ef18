import { useCallback } from 'react';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { standings } from '../../../shared/run/consensus.ts';
import { CUT_AT_LENGTH_ADVICE, isCutAtLength } from '../../../shared/run/cut-at-length.ts';
import { degradedReason } from '../../../shared/run/degraded.ts';
import { fallbackOf } from '../../../shared/run/fallback-used.ts';
import { lastAnswerOf, lastAnswerText } from '../../../shared/run/last-answer.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import { duration, runningDuration } from '../../base/format.ts';
import { usePrediction } from '../../state/prediction.ts';
import { runNow, useRun } from '../../state/run.ts';
import { useStaleReason } from '../../state/stale.ts';
import { busyMs, STATE_COLOR, type TaskDisplayState, taskDisplayState } from '../../state/task-display-state.ts';
import { useTicking } from '../../state/use-ticking.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { useTaskTimes } from './use-task-times.ts';

/** States of a task that has not ended but has no running turn. */
const BETWEEN_TURNS: ReadonlySet<TaskDisplayState> = new Set(['waiting', 'retrying', 'in review']);

/** The state of a task in the shown run. */
export function TaskRunFacts({ name }: { name: string }) {
  const win = useWindowState();
  useRun((run) => run.seq);
  const estimate = usePrediction(({ estimates }) => estimates[name]);
  const task = win.run.getState().state?.tasks.get(name);
  const displayState = task ? taskDisplayState(task) : 'idle';
  const elapsed = useTicking(
    useCallback(() => elapsedOf(win, name), [name, win]),
    displayState === 'running',
  );
  const usual = estimate?.ms ?? null;
  if (!task && usual === null) return null;
  const last = task?.turns.at(-1);
  const fallback = task ? fallbackOf(task) : null;
  const lastAnswer = task ? lastAnswerOf(task) : null;
  return (
    <dl className="run-facts">
      {task && (
        <div>
          <dt>{stateText(displayState, last)}</dt>
          <dd className="num" style={{ color: STATE_COLOR[displayState] }}>
            {elapsed}
          </dd>
        </div>
      )}
      {task && <Times name={name} />}
      {task && task.votes.length > 0 && <Fact name="Votes" value={votesText(task)} />}
      {task && task.checks.length > 0 && <Fact name="Checks" value={checksText(task)} />}
      {usual !== null && estimate && (
        <div>
          <dt>{estimate.from === 'history' ? 'Usually takes' : 'Estimated'}</dt>
          <dd className="num">
            {duration(usual)}
            {spreadText(usual, estimate.spread_ms ?? 0)}
          </dd>
        </div>
      )}
      {task?.status === 'skipped' && (
        <p className="field-error">Skipped: no result from {task.skippedBecause.join(', ')}</p>
      )}
      {task?.error && <p className="field-error">{task.error.message}</p>}
      {task && <Origin task={task} />}
      {task?.edited && <p className="muted small">Its result was edited by a person.</p>}
      {task && isCutAtLength(task) && <p className="field-error degraded">Truncated. {CUT_AT_LENGTH_ADVICE}</p>}
      {task && lastAnswer !== null && (
        <p className="field-error degraded">Last answer: {lastAnswerText(lastAnswer)}.</p>
      )}
      {fallback !== null && <p className="field-error degraded">Answered by the fallback {fallback}.</p>}
      {task?.degraded && (
        <p className="field-error degraded">
          Degraded:{' '}
          {task.missing.length > 0 || task.unmet.length > 0 ? degradedReason(task) : 'an earlier task was degraded'}
        </p>
      )}
    </dl>
  );
}

/** ` ± 0.4 s`, in the unit of the mean; an empty text if the task ran once, or always took equally long. */
function spreadText(usualMs: number, spreadMs: number): string {
  if (spreadMs < 0.5) return '';
  return ` ± ${(usualMs < 1000 ? duration : runningDuration)(spreadMs)}`;
}

/** `Running in slot 1, attempt 2`; for a task between two turns, its last attempt. */
function stateText(displayState: TaskDisplayState, last: TurnState | undefined): string {
  const label = displayState.charAt(0).toUpperCase() + displayState.slice(1);
  if (!last) return label;
  return BETWEEN_TURNS.has(displayState)
    ? `${label} after attempt ${last.attempt}`
    : `${label} in slot ${last.slot}, attempt ${last.attempt}`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** `optimist 2, sceptic 1` */
function votesText(task: TaskState): string {
  const voted = standings(task).filter(({ voters }) => voters.length > 0);
  return voted.map(({ agent, voters }) => `${agent} ${voters.length}`).join(', ');
}

function checksText({ checks }: TaskState): string {
  const passed = checks.filter((check) => check.passed).length;
  const failed = checks.length - passed;
  return [...(passed > 0 ? [`${passed} passed`] : []), ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
}

/** The origin of a result that another run produced, or the reason why a stored result was not used. */
function Origin({ task }: { task: TaskState }) {
  const stale = useStaleReason(task.name);
  const { cachedFrom, reusedFrom, took, cacheMiss } = task;
  const where =
    cachedFrom === null ? reusedFrom && `Reused from run ${reusedFrom}` : `Cached result from run ${cachedFrom}`;
  const changed = cacheMiss?.changed ?? [];
  return (
    <>
      {where && (
        <p className="muted small">
          {where}
          {took && took.busy_ms > 0 ? `, where it took ${duration(took.busy_ms)}` : ''}
        </p>
      )}
      {changed.length > 0 && <p className="muted small">Cache miss: changed files: {changed.join(', ')}</p>}
      {stale !== null && (
        <p className="field-error degraded">
          Stale: {task.name} {stale}
        </p>
      )}
    </>
  );
}

/** What the task waited for and how long, and whether this delayed the run. */
function Times({ name }: { name: string }) {
  const { waits, inside, slackMs } = useTaskTimes(name);
  return (
    <>
      {waits.map(({ reason, ms, blockers }) => (
        <div key={reason} title={blockers.join(', ')}>
          <dt>Waited {waitPhrase(reason)}</dt>
          <dd className="num">{duration(ms)}</dd>
        </div>
      ))}
      <Inside what="Running, waiting for a pool" ms={inside?.leaseMs ?? 0} />
      <Inside what="Running, waiting for the rate limiter" ms={inside?.permitMs ?? 0} />
      {slackMs !== null && (
        <div>
          <dt>{slackMs === 0 ? 'On the critical path, slack' : 'Slack'}</dt>
          <dd className="num" style={slackMs === 0 ? { color: 'var(--critical)' } : {}}>
            {duration(slackMs)}
          </dd>
        </div>
      )}
    </>
  );
}

/** A part of the running time in which the task did not work itself. */
function Inside({ what, ms }: { what: string; ms: number }) {
  if (ms === 0) return null;
  return (
    <div>
      <dt>{what}</dt>
      <dd className="num">{duration(ms)}</dd>
    </div>
  );
}

/** The duration of its turns, as text. */
function elapsedOf(win: WindowState, name: string): string {
  const task = win.run.getState().state?.tasks.get(name);
  const ms = task ? busyMs(task, runNow(win)) : null;
  return ms === null ? '' : runningDuration(ms);
}
