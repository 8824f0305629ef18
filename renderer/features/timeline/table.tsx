import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { formatDuration } from '../../../shared/figures/format.ts';
import { isAssignment } from '../../../shared/run/assignment.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { runningMs, waitingMs } from '../../../shared/run/waits.ts';
import { type TaskDisplayState, taskDisplayState } from '../../state/task-display-state.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import type { TimelineSource } from './source.ts';

interface TableRow {
  task: string;
  agent: string;
  state: TaskDisplayState;
  slot: string;
  waited: string;
  started: string;
  ran: string;
  attempts: number;
}

const COLUMNS = ['Task', 'Agent', 'State', 'Slot', 'Waited', 'Started', 'Ran', 'Attempts'] as const;
/** Above this number of table rows, only the visible ones are in the page. */
const MAX_MOUNTED = 200;
const ROW_HEIGHT = 28;

/**
 * The content of the timeline as a table, for keyboards and screen readers. `visible`: shown instead of the drawing.
 */
export function TimelineTable({ source, visible }: { source: TimelineSource; visible: boolean }) {
  const tasks = [...source.state.tasks.values()].filter(({ name }) => !isAssignment(name));
  const scroller = useRef<HTMLDivElement>(null);
  const isWindowed = tasks.length > MAX_MOUNTED;
  const virtualizer = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    enabled: isWindowed,
  });
  const items = virtualizer.getVirtualItems();
  const shown = isWindowed ? tasks.slice(items[0]?.index ?? 0, (items.at(-1)?.index ?? -1) + 1) : tasks;
  const first = isWindowed ? (items[0]?.index ?? 0) : 0;
  const before = isWindowed ? (items[0]?.start ?? 0) : 0;
  const after = isWindowed ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  return (
    <div ref={scroller} className={visible ? 'timeline-table' : 'timeline-table hidden'}>
      <table className="table" aria-label="Timeline as table" aria-rowcount={tasks.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map((name, at) => (
              <th key={name} scope="col" className={at >= 3 ? 'right' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} />
          {shown.map((task, at) => (
            <TaskRow key={task.name} row={rowOf(source, task)} index={first + at + 2} visible={visible} />
          ))}
          <Gap height={after} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ height }: { height: number }) {
  return height > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row for spacing, which cannot have the focus
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}

function TaskRow({ row, index, visible }: { row: TableRow; index: number; visible: boolean }) {
  const win = useWindowState();
  return (
    <tr aria-rowindex={index}>
      <th scope="row">
        {visible ? (
          <button type="button" className="plain" onClick={() => select(win, `task:${row.task}`)}>
            {row.task}
          </button>
        ) : (
          row.task
        )}
      </th>
      <td>
        <span className="name">{row.agent}</span>
      </td>
      <td className="num">{row.state}</td>
      <td className="right num">{row.slot}</td>
      <td className="right num">{row.waited}</td>
      <td className="right num">{row.started}</td>
      <td className="right num">{row.ran}</td>
      <td className="right num">{row.attempts}</td>
    </tr>
  );
}

function rowOf({ segments, isPreview }: TimelineSource, task: TaskState): TableRow {
  const pieces = segments.get(task.name) ?? [];
  const first = task.turns[0];
  return {
    task: task.name,
    agent: task.agent ?? '–',
    state: isPreview ? 'idle' : taskDisplayState(task),
    slot: task.turns.at(-1)?.slot.toString() ?? '–',
    waited: isPreview ? '–' : formatDuration(waitingMs(pieces)),
    started: first ? formatDuration(first.start) : '–',
    ran: first ? formatDuration(runningMs(pieces)) : '–',
    attempts: task.turns.reduce((most, turn) => Math.max(most, turn.attempt), 0),
  };
}
