import './library.css';
import { useState } from 'react';
import type { Task } from '../../../shared/crew/schema.ts';
import { titleOf } from '../../../shared/crew/titles.ts';
import { formatNumber } from '../../../shared/figures/format.ts';
import { Avatar } from '../../base/avatar.tsx';
import { Icon } from '../../base/icons.tsx';
import { centerOn, middleOfView } from '../../state/canvas/view.ts';
import { addAgent, addPool, addTask } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { select, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { Databases } from './databases.tsx';
import { AddEntry, startDrag } from './entries.tsx';
import { Knowledge } from './knowledge.tsx';
import { Servers } from './servers.tsx';
import { Tools } from './tools.tsx';

/** The library of nodes and tools. Entries are dragged onto the canvas or pressed. */
export function Library() {
  return (
    <section className="region" aria-label="Library" data-keys="crew">
      <div className="scroll">
        <Agents />
        <Tasks />
        <Tools />
        <Servers />
        <Databases />
        <Knowledge />
        <Pools />
      </div>
    </section>
  );
}

function show(win: WindowState, key: string): void {
  select(win, key);
  centerOn(win, key);
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
