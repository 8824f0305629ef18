import { remove } from '../../state/commands/crew-edits.ts';
import { edgeEnds, keyParts, select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { EdgeChoices } from './edge-choices.tsx';

/** Shows what a selected edge connects. */
export function EdgeInspector({ edge }: { edge: string }) {
  const win = useWindowState();
  const ends = edgeEnds(edge);
  const from = ends && keyParts(ends.from);
  const to = ends && keyParts(ends.to);
  if (!ends || !from || !to) return null;
  return (
    <>
      <header className="subject">
        <div>
          <strong>{from.kind === 'agent' ? 'Assignment' : 'Dependency'}</strong>
          <div className="muted small">
            {from.kind === 'agent'
              ? `${to.name} is assigned to ${from.name}`
              : `${to.name} receives the result of ${from.name}`}
          </div>
        </div>
      </header>
      {from.kind === 'task' && to.kind === 'task' && <EdgeChoices router={from.name} task={to.name} />}
      <div className="inspector-actions">
        <button type="button" className="button" onClick={() => select(win, ends.from)}>
          {from.name}
        </button>
        <button type="button" className="button" onClick={() => select(win, ends.to)}>
          {to.name}
        </button>
        <button type="button" className="button" onClick={() => remove(win, [edge])}>
          Delete connection
        </button>
      </div>
    </>
  );
}
