import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { formatDuration } from '../../../shared/figures/format.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { runNow } from '../../state/run.ts';
import { busyMs, STATE_COLOR, taskDisplayState } from '../../state/task-display-state.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

const ROW_HEIGHT = 28;
const PADDING = 8;
/** Above this number of tasks, only the visible ones are in the page. */
const MAX_MOUNTED = 200;

/** The list of tasks of the run with their states. */
export function TaskList({ tasks, chosen }: { tasks: readonly TaskState[]; chosen: TaskState }) {
  const scroller = useRef<HTMLUListElement>(null);
  const isWindowed = tasks.length > MAX_MOUNTED;
  const virtualizer = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    overscan: 12,
    enabled: isWindowed,
  });
  if (!isWindowed) {
    return (
      <ul className="result-list" aria-label="Tasks">
        {tasks.map((task) => (
          <li key={task.name}>
            <Entry task={task} isChosen={task === chosen} />
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul ref={scroller} className="result-list windowed" aria-label="Tasks">
      <li aria-hidden="true" style={{ height: virtualizer.getTotalSize() }} />
      {virtualizer.getVirtualItems().map(({ index, start }) => {
        const task = tasks[index];
        return task ? (
          <li
            key={task.name}
            aria-posinset={index + 1}
            aria-setsize={tasks.length}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Entry task={task} isChosen={task === chosen} />
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Entry({ task, isChosen }: { task: TaskState; isChosen: boolean }) {
  const win = useWindowState();
  const displayState = taskDisplayState(task);
  const busy = busyMs(task, runNow(win));
  return (
    <button
      type="button"
      className={`result-entry${isChosen ? ' on' : ''}${task.instance ? ' instance' : ''}`}
      aria-current={isChosen}
      onClick={() => select(win, `task:${task.name}`)}
    >
      <span className={displayState === 'cached' ? 'dot dotted' : 'dot'} style={{ '--c': STATE_COLOR[displayState] }} />
      <span className="ellipsis">{task.name}</span>
      <span className="faint num">
        {task.reusedFrom !== null
          ? `${displayState} · kept`
          : busy === null
            ? displayState
            : `${displayState} · ${formatDuration(busy)}`}
      </span>
    </button>
  );
}
