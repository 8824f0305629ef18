import './library.css';
import { useState } from 'react';
import type { Task } from '../../../shared/crew/schema.ts';
import { titleOf } from '../../../shared/crew/titles.ts';
import { formatNumber } from '../../../shared/figures/format.ts';
import { TOOL_NAMES, TOOLS, type ToolName } from '../../../shared/tools/catalogue.ts';
import { Avatar } from '../../base/avatar.tsx';
import { DRAG_TYPE, type Dragged } from '../../base/dragged.ts';
import { Icon } from '../../base/icons.tsx';
import { centerOn, middleOfView } from '../../state/canvas/view.ts';
import { addAgent, addPool, addTask, giveTool } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { keyParts, select, toast, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

/** The library of nodes and tools. Entries are dragged onto the canvas or pressed. */
export function Library() {
  return (
    <section className="region" aria-label="Library" data-keys="crew">
      <div className="scroll">
        <Agents />
        <Tasks />
        <Tools />
        <Pools />
      </div>
    </section>
  );
}

function startDrag(dragged: Dragged) {
  return (event: React.DragEvent) => {
    event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(dragged));
    event.dataTransfer.effectAllowed = 'copyLink';
  };
}

function show(win: WindowState, key: string): void {
  select(win, key);
  centerOn(win, key);
}

interface AddEntryProps {
  kind: 'agent' | 'task' | 'pool';
  /** The key that does the same on the canvas. */
  shortcut?: string;
  onAdd: () => void;
}

/** The entry that adds a node: pressed, or dragged onto the canvas. */
function AddEntry({ kind, shortcut, onAdd }: AddEntryProps) {
  return (
    <button
      type="button"
      className="entry add"
      draggable
      aria-label={`Add ${kind}`}
      onDragStart={startDrag({ kind })}
      onClick={onAdd}
    >
      <span className="avatar plus">+</span>
      New {kind}
      {shortcut !== undefined && <kbd className="aside">{shortcut}</kbd>}
    </button>
  );
}

function Agents() {
  const win = useWindowState();
  const crew = useDocument((document) => document.crew);
  const selection = useUi((ui) => ui.selection);
  return (
    <>
      <h2 className="heading">Agents</h2>
      {crew.agents.map(({ name }) => (
        <button
          key={name}
          type="button"
          className={selection.includes(`agent:${name}`) ? 'entry on' : 'entry'}
          draggable
          onDragStart={startDrag({ kind: 'assign', agent: name })}
          onClick={() => show(win, `agent:${name}`)}
          title={`${name}: drag onto a task to assign it`}
        >
          <Avatar crew={crew} name={name} />
          <span className="ellipsis">{name}</span>
        </button>
      ))}
      <AddEntry kind="agent" shortcut="A" onAdd={() => addAgent(win, middleOfView(win))} />
    </>
  );
}

function Tasks() {
  const win = useWindowState();
  const tasks = useDocument(({ crew }) => crew.tasks);
  return (
    <>
      <h2 className="heading">Tasks</h2>
      <AddEntry kind="task" shortcut="T" onAdd={() => addTask(win, middleOfView(win))} />
      {tasks.length > 0 && <TaskList tasks={tasks} />}
    </>
  );
}

/** A closed section renders no entries: a large crew has thousands. */
function TaskList({ tasks }: { tasks: readonly Task[] }) {
  const win = useWindowState();
  const [isOpen, setOpen] = useState(false);
  const chosen = useUi(({ selection }) => selection);
  return (
    <details className="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="faint">{formatNumber(tasks.length)} in the crew</summary>
      {isOpen &&
        tasks.map((task) => (
          <button
            key={task.name}
            type="button"
            className={chosen.includes(`task:${task.name}`) ? 'entry on' : 'entry'}
            onClick={() => show(win, `task:${task.name}`)}
            title={titleOf(task)}
          >
            <span className="ellipsis">{task.name}</span>
          </button>
        ))}
    </details>
  );
}

function Tools() {
  const win = useWindowState();
  const agents = useDocument(({ crew }) => crew.agents);
  const give = (tool: ToolName) => {
    const agent = keyParts(win.ui.getState().selection[0] ?? '');
    if (agent?.kind === 'agent') giveTool(win, agent.name, tool);
    else toast(win, 'info', `Select an agent first, or drag ${tool} onto one.`);
  };
  return (
    <>
      <h2 className="heading">Tools</h2>
      {TOOL_NAMES.map((tool) => (
        <button
          key={tool}
          type="button"
          className="entry"
          draggable
          aria-label={`Add tool ${tool}`}
          title={TOOLS[tool].description}
          onDragStart={startDrag({ kind: 'tool', tool })}
          onClick={() => give(tool)}
        >
          <span className="sign faint">
            <Icon name={TOOLS[tool].icon} />
          </span>
          <span className="ellipsis">{tool}</span>
          <span className="aside num">{agents.filter(({ tools }) => tools.includes(tool)).length || ''}</span>
        </button>
      ))}
    </>
  );
}

function Pools() {
  const win = useWindowState();
  const pools = useDocument(({ crew }) => crew.pools);
  const selection = useUi((ui) => ui.selection);
  return (
    <>
      <h2 className="heading">Pools</h2>
      {pools.map(({ name, capacity }) => (
        <button
          key={name}
          type="button"
          className={selection.includes(`pool:${name}`) ? 'entry on' : 'entry'}
          onClick={() => select(win, `pool:${name}`)}
        >
          <span className="sign faint">
            <Icon name="pool" />
          </span>
          <span className="ellipsis">{name}</span>
          <span className="aside num">{capacity === 1 ? '1 unit' : `${capacity} units`}</span>
        </button>
      ))}
      <AddEntry kind="pool" onAdd={() => addPool(win)} />
    </>
  );
}
