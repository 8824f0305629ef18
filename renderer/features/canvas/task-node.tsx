import { createContext, memo, useCallback, useContext } from 'react';
import { Handle, type NodeProps, Position } from 'reactflow';
import { titleOf } from '../../../shared/crew/titles.ts';
import { isOverBudget } from '../../../shared/run/budget.ts';
import { consensualAgents } from '../../../shared/run/consensus.ts';
import { stepAround } from '../../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { Avatar } from '../../base/avatar.tsx';
import { runningDuration } from '../../base/format.ts';
import { Icon } from '../../base/icons.tsx';
import { useDocument } from '../../state/document.ts';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { useNodeProblems } from '../../state/problems.ts';
import { runNow, useRun } from '../../state/run.ts';
import { useStaleReason } from '../../state/stale.ts';
import { busyMs, STATE_COLOR, type TaskDisplayState } from '../../state/task-display-state.ts';
import { taskOf } from '../../state/task-of.ts';
import { useTicking } from '../../state/use-ticking.ts';
import { waitsFor } from '../../state/waits-for.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { StateIcon } from './state-icon.tsx';
import { displayStateOf, itemsText } from './task-display-states.ts';

type Props = NodeProps & { data: { name: string } };

/** In the overview, names cannot be read and there are many nodes: a task is only its color. */
export const OverviewContext = createContext(false);

/** A task: its title, its agent, its state and for how long. The name is shown on hover. */
export const TaskNode = memo(function TaskNode(props: Props) {
  return useContext(OverviewContext) ? <OverviewTask {...props} /> : <DetailedTask {...props} />;
});

function OverviewTask({ data: { name }, selected }: Props) {
  const displayState = useRun(({ state }) => displayStateOf(state, name));
  return (
    <div className={nodeClass(displayState, selected)} style={{ '--c': STATE_COLOR[displayState] }} title={name}>
      <i className="stripe" />
    </div>
  );
}

function nodeClass(displayState: TaskDisplayState, selected: boolean): string {
  return `task-node ${displayState.replace(' ', '-')}${selected ? ' chosen' : ''}`;
}

function DetailedTask({ data: { name }, selected }: Props) {
  // It subscribes only to its own task, so that a keystroke in another task's text renders no node.
  const task = useDocument(({ crew }) => taskOf(crew, name));
  const agents = useDocument(({ crew }) => crew.agents);
  const isConsensual = useDocument(({ crew }) => crew.process === 'consensual');
  const displayState = useRun(({ state }) => displayStateOf(state, name));
  const agent = useRun(({ state }) => task?.agent ?? state?.tasks.get(name)?.agent ?? null);
  const problems = useNodeProblems(`task:${name}`);
  const stale = useStaleReason(name);
  const sync = task?.async === false;
  const agentCount = task && isConsensual ? consensualAgents({ agents }, task).length : 0;
  const style = { '--c': STATE_COLOR[displayState] };
  return (
    <div
      className={`${nodeClass(displayState, selected)}${task?.for_each ? ' stacked' : ''}${task?.crew === undefined ? '' : ' crew-step'}`}
      style={style}
      title={name}
    >
      <Handle type="target" position={Position.Left} />
      <i className="stripe" />
      <div className="line">
        <span className="name">{task ? titleOf(task) : name}</span>
        {stale !== null && (
          <span className="stale-mark" role="img" aria-label={`Stale: ${name} ${stale}`} title={`${name} ${stale}`}>
            stale
          </span>
        )}
        {problems.length > 0 && <ProblemMark text={problems.map(({ message }) => message).join('\n')} />}
      </div>
      <div className="line small">
        <Avatar crew={{ agents }} name={agent} small count={agentCount} />
        <StateIcon of={displayState} />
        <span>{displayState}</span>
        {sync && (
          <span className="lane-mark" role="img" aria-label="sequential" title="In the sequential lane: one at a time">
            <Icon name="sequential" />
          </span>
        )}
        <Figure name={name} displayState={displayState} />
      </div>
      {displayState === 'running' && <i className="shimmer" />}
      <Handle type="source" position={Position.Right} />
    </div>
  );
}

/** How long the task has run so far, or its wait reason. */
function Figure({ name, displayState }: { name: string; displayState: TaskDisplayState }) {
  const win = useWindowState();
  useMeasuring(displayState === 'waiting');
  useRun(() => figureOf(win, name, displayState));
  useMeasured(() => figureOf(win, name, displayState));
  const text = useCallback(() => figureOf(win, name, displayState), [name, displayState, win]);
  const figure = useTicking(text, displayState === 'running');
  return (
    <span className="figure num ellipsis" title={figure}>
      {figure}
    </span>
  );
}

function figureOf(win: WindowState, name: string, displayState: TaskDisplayState): string {
  const { state } = win.run.getState();
  const task = state?.tasks.get(name);
  if (!state || !task || displayState === 'idle') return '';
  if (displayState === 'waiting') {
    const open = task.context.filter(
      (before) => stepAround(before) !== name && state.tasks.get(before)?.endedAt === null,
    ).length;
    if (open === 0) return waitOf(win, state, task);
    return `for ${open} ${open === 1 ? 'task' : 'tasks'}`;
  }
  const items = itemsText(state, name);
  if (items !== null) return items;
  if (task.reusedFrom !== null) return 'reused';
  const ms = busyMs(task, runNow(win));
  return ms === null ? '' : runningDuration(ms);
}

/** The wait reason of a ready task; nothing while it is unknown. */
function waitOf(win: WindowState, state: RunState, task: TaskState): string {
  if (state.paused.at(-1)?.end === null) return 'paused';
  if (isOverBudget(state)) return 'for the budget';
  return waitsFor(win, task, true) ?? '';
}

/** A mark on a node with problems. `text` is its tooltip. */
export function ProblemMark({ text }: { text: string }) {
  return (
    <span className="problem-mark" role="img" aria-label={`Problem: ${text}`} title={text}>
      !
    </span>
  );
}
