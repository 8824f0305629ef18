import { Field } from '../../base/fields/field.tsx';
import { TextField } from '../../base/fields/text-field.tsx';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import { sizeOf } from '../../state/canvas/sizes.ts';
import { duplicateSelection } from '../../state/commands/clipboard.ts';
import { group, moveNodes, remove, ungroup } from '../../state/commands/crew-edits.ts';
import { edit, useDocument } from '../../state/document.ts';
import { edgeEnds } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';

/** Several selected nodes, or a selected group. */
export function MultiSelectionInspector({ keys }: { keys: readonly string[] }) {
  const win = useWindowState();
  const groups = useDocument(({ crew }) => crew.layout.groups);
  const index = groups.findIndex(
    ({ nodes }) => nodes.length === keys.length && nodes.every((key) => keys.includes(key)),
  );
  const nodes = keys.filter((key) => edgeEnds(key) === null);
  return (
    <>
      <header className="subject">
        <div className="ellipsis">
          <strong>{groups[index]?.title ?? `${keys.length} selected`}</strong>
          <div className="muted small">{index < 0 ? selectionText(keys) : `Group of ${keys.length}`}</div>
        </div>
      </header>
      {index >= 0 && <GroupFields key={index} index={index} />}
      <div className="inspector-actions">
        {index < 0 ? (
          <button type="button" className="button" disabled={nodes.length < 2} onClick={() => group(win, nodes)}>
            Group
          </button>
        ) : (
          <button type="button" className="button" onClick={() => ungroup(win, nodes)}>
            Ungroup
          </button>
        )}
        <button type="button" className="button" disabled={nodes.length < 2} onClick={() => align(win, nodes, 0)}>
          Align left
        </button>
        <button type="button" className="button" disabled={nodes.length < 2} onClick={() => align(win, nodes, 1)}>
          Align top
        </button>
        <button type="button" className="button" disabled={nodes.length === 0} onClick={() => duplicateSelection(win)}>
          Duplicate
        </button>
        <button type="button" className="button" onClick={() => remove(win, keys)}>
          Delete
        </button>
      </div>
    </>
  );
}

function GroupFields({ index }: { index: number }) {
  const win = useWindowState();
  const group = useDocument(({ crew }) => crew.layout.groups[index]);
  if (!group) return null;
  return (
    <>
      <TextField
        label="Title"
        value={group.title}
        onChange={(title) =>
          edit(
            win,
            (draft) => {
              const found = draft.layout.groups[index];
              if (found) found.title = title;
            },
            `group ${index} title`,
          )
        }
      />
      <Field id="group-color" label="Color" layout="row">
        <input
          id="group-color"
          type="color"
          value={group.color ?? '#646c7b'}
          onChange={(event) =>
            edit(
              win,
              (draft) => {
                const found = draft.layout.groups[index];
                if (found) found.color = event.target.value;
              },
              `group ${index} color`,
            )
          }
        />
      </Field>
    </>
  );
}

function selectionText(keys: readonly string[]): string {
  const count = (kind: string) => keys.filter((key) => key.startsWith(`${kind}:`)).length;
  const parts = [
    [count('task'), 'task', 'tasks'],
    [count('agent'), 'agent', 'agents'],
    [count('pool'), 'pool', 'pools'],
    [count('edge'), 'connection', 'connections'],
  ] as const;
  return parts
    .flatMap(([number, one, many]) => (number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]))
    .join(', ');
}

/** Aligns nodes in a column by their left sides (0), or in a row by their centers (1). */
function align(win: WindowState, keys: readonly string[], axis: 0 | 1): void {
  const positions = nodePositions(win.document.getState().crew);
  const placed = keys.flatMap((key) => {
    const at = positions.get(key);
    return at ? [{ key, at, half: axis === 0 ? 0 : sizeOf(key).height / 2 }] : [];
  });
  const line = Math.min(...placed.map(({ at, half }) => at[axis] + half));
  const moved = placed.map(({ key, at, half }) => {
    const to = Math.round(line - half);
    return [key, axis === 0 ? ([to, at[1]] as const) : ([at[0], to] as const)] as const;
  });
  moveNodes(win, Object.fromEntries(moved));
}
