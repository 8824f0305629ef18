import './status.css';
import { useMemo } from 'react';
import type { Problem } from '../../../shared/crew/problem.ts';
import { isRehearsed } from '../../../shared/crew/rehearsed.ts';
import { countOf, formatNumber } from '../../../shared/figures/format.ts';
import { OUTCOME_WORDS } from '../../../shared/figures/labels.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { cost } from '../../base/format.ts';
import { isPaused } from '../../state/commands/run-commands.ts';
import { useDocument } from '../../state/document.ts';
import { showInbox } from '../../state/inbox.ts';
import { useProblems, useWarnings } from '../../state/problems.ts';
import { useRun } from '../../state/run.ts';
import { RunCounts } from '../../state/run-counts.ts';
import { STATE_COLOR, type TaskDisplayState } from '../../state/task-display-state.ts';
import { useWindowState } from '../../state/window-state.ts';

const SHOWN: readonly TaskDisplayState[] = [
  'running',
  'waiting',
  'in review',
  'retrying',
  'failed',
  'skipped',
  'degraded',
];

const PAUSING = 'paused: running turns finish, nothing new starts';

/** The state of crew and run in one line. */
export function StatusLine() {
  const seq = useRun((run) => run.seq);
  const state = useRun((run) => run.state);
  const agents = useDocument(({ crew }) => crew.agents);
  const settings = useDocument(({ crew }) => crew.settings);
  const next = useMemo(() => isRehearsed({ agents, settings }), [agents, settings]);
  // A shown run names its own provider: the crew may have another one by now.
  const shown = useRun((run) => run.state?.started?.rehearsal ?? null);
  const rehearsal = shown ?? next;
  return (
    <div className="status" role="status">
      {state && seq > 0 ? <RunFacts /> : <span>Ready</span>}
      <span className="grow" />
      {rehearsal && <span>Rehearsal: answers are not from a model</span>}
      <ProblemCount />
    </div>
  );
}

function RunFacts() {
  const win = useWindowState();
  useRun((run) => run.seq);
  const live = useRun((run) => run.live);
  const isLoading = useRun((run) => run.status === 'loading');
  const state = useRun((run) => run.state);
  const counts = useMemo(() => state && new RunCounts(state), [state]);
  if (!state || !counts) return null;
  counts.update(win.run.getState().events);
  const { byState, tokens, usd, isAtMost } = counts;
  const total = [...byState.values()].reduce((sum, one) => sum + one, 0);
  const done = (byState.get('completed') ?? 0) + (byState.get('degraded') ?? 0) + (byState.get('cached') ?? 0);
  return (
    <>
      <span className="item num">
        <span className="dot" style={{ '--c': 'var(--done)' }} />
        {/* Plain digits, whatever their number: programs that drive the window read them here. */}
        {done} of {total} done
      </span>
      {SHOWN.filter((shown) => byState.has(shown)).map((shown) => (
        <Count key={shown} displayState={shown} count={byState.get(shown) ?? 0} />
      ))}
      <span className="item num">{formatNumber(tokens)} tokens</span>
      <span className="item num">{cost(usd, isAtMost)}</span>
      {!live && <span className="item">{restText(state, isLoading)}</span>}
      {live && isPaused(win) && <span className="item">{state.running.size > 0 ? PAUSING : 'paused'}</span>}
    </>
  );
}

/** The status of a run without an owner. */
function restText({ outcome }: RunState, isLoading: boolean): string {
  if (isLoading) return 'loading…';
  return outcome === null ? 'interrupted (can be resumed)' : OUTCOME_WORDS[outcome];
}

/** The number of tasks in a state. For waiting reviews, a button that opens the inbox. */
function Count({ displayState, count }: { displayState: TaskDisplayState; count: number }) {
  const win = useWindowState();
  const content = (
    <>
      <span className="dot" style={{ '--c': STATE_COLOR[displayState] }} />
      {count} {displayState}
    </>
  );
  if (displayState !== 'in review') return <span className="item num">{content}</span>;
  return (
    <button type="button" className="item num" onClick={() => showInbox(win, true)}>
      {content}
    </button>
  );
}

/** Problems and warnings, each with its list. */
function ProblemCount() {
  const win = useWindowState();
  const problems = useProblems();
  const warnings = useWarnings();
  const show = (title: string, listed: readonly Problem[]) => win.ui.setState({ refused: { title, problems: listed } });
  return (
    <>
      {problems.length === 0 ? (
        <span>No problems</span>
      ) : (
        <button type="button" className="bad" onClick={() => show('Crew problems', problems)}>
          {countOf(problems.length, 'problem')}
        </button>
      )}
      {warnings.length > 0 && (
        <button type="button" className="warn" onClick={() => show('Warnings', warnings)}>
          {countOf(warnings.length, 'warning')}
        </button>
      )}
    </>
  );
}
