import type { DefinedKind } from '../../../shared/crew/definitions.ts';
import { matches } from '../../../shared/crew/resolve-tools.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { DRAG_TYPE, type Dragged } from '../../base/dragged.ts';
import { Icon, type IconName } from '../../base/icons.tsx';
import { giveTool } from '../../state/commands/crew-edits.ts';
import { useDocument } from '../../state/document.ts';
import { keyParts, select, toast, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

/** Lets an entry of the library be dragged onto the canvas. */
export function startDrag(dragged: Dragged) {
  return (event: React.DragEvent) => {
    event.dataTransfer.setData(DRAG_TYPE, JSON.stringify(dragged));
    event.dataTransfer.effectAllowed = 'copyLink';
  };
}

interface AddEntryProps {
  kind: 'agent' | 'task' | 'pool' | DefinedKind;
  /** The key that does the same on the canvas. */
  shortcut?: string;
  onAdd: () => void;
}

/** The entry that adds something to the crew: pressed or, if it adds a node or a pool, dragged onto the canvas. */
export function AddEntry({ kind, shortcut, onAdd }: AddEntryProps) {
  const drag =
    kind === 'tool' || kind === 'server' || kind === 'database'
      ? {}
      : { draggable: true, onDragStart: startDrag({ kind }) };
  return (
    <button type="button" className="entry add" aria-label={`Add ${kind}`} onClick={onAdd} {...drag}>
      <span className="avatar plus">+</span>
      New {kind}
      {shortcut !== undefined && <kbd className="aside">{shortcut}</kbd>}
    </button>
  );
}

interface ToolEntryProps {
  /** The name for agents and tasks: also `server__tool`, or a prefix with a final `*`. */
  tool: string;
  /** The text of the entry; absent: the name. */
  text?: string;
  icon: IconName;
  description: string;
}

/** A tool: dragged onto an agent or a task, or pressed to give it to the selected one. */
export function ToolEntry({ tool, text = tool, icon, description }: ToolEntryProps) {
  const win = useWindowState();
  const users = useDocument(({ crew }) => usersOf(crew, tool));
  return (
    <button
      type="button"
      className="entry"
      draggable
      aria-label={`Add tool ${tool}`}
      title={description}
      onDragStart={startDrag({ kind: 'tool', tool })}
      onClick={() => giveToSelected(win, tool)}
    >
      <span className="sign faint">
        <Icon name={icon} />
      </span>
      <span className="ellipsis">{text}</span>
      <span className="aside num">{users || ''}</span>
    </button>
  );
}

/** The number of agents that have a tool. */
function usersOf({ agents }: Crew, tool: string): number {
  return agents.filter(({ tools }) => tools.some((name) => matches(name, tool))).length;
}

function giveToSelected(win: WindowState, tool: string): void {
  const on = keyParts(win.ui.getState().selection[0] ?? '');
  if (on?.kind === 'agent' || on?.kind === 'task') giveTool(win, on.kind, on.name, tool);
  else toast(win, 'info', `Select an agent or a task first, or drag ${tool} onto one.`);
}

interface DefinitionEntryProps {
  kind: DefinedKind;
  name: string;
  aside: string;
}

/** Something that the crew defines. Pressed, it is shown in the inspector; a tool can be dragged. */
export function DefinitionEntry({ kind, name, aside }: DefinitionEntryProps) {
  const win = useWindowState();
  const key = `${kind}:${name}`;
  const isChosen = useUi(({ selection }) => selection.includes(key));
  const drag = kind === 'tool' ? { draggable: true, onDragStart: startDrag({ kind, tool: name }) } : {};
  return (
    <button type="button" className={isChosen ? 'entry on' : 'entry'} onClick={() => select(win, key)} {...drag}>
      <span className="sign faint">
        <Icon name={kind} />
      </span>
      <span className="ellipsis">{name}</span>
      <span className="aside num">{aside}</span>
    </button>
  );
}
