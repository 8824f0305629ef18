import './memory.css';
import { useEffect, useState } from 'react';
import { countOf } from '../../../shared/figures/format.ts';
import type { CallOutput } from '../../../shared/ipc/channels.ts';
import { call } from '../../base/bridge.ts';
import { edit, useDocument } from '../../state/document.ts';
import { syncEdits } from '../../state/edits.ts';
import { showDialog, toast, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

type Items = CallOutput<'memory.list'>;
type Item = Items['items'][number];

/** The memory of the crew. A person can change and delete items, and switch the memory off. */
export function Memory() {
  const win = useWindowState();
  const isOn = useDocument(({ crew }) => crew.settings.memory);
  const isOpen = useUi((ui) => ui.dialog === 'memory');
  const [memory, setMemory] = useState<Items | null>(null);
  const refresh = async () => {
    await syncEdits(win);
    setMemory(await call('memory.list', {}));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the items are read when the dialog opens
  useEffect(() => {
    if (isOpen) void refresh();
  }, [isOpen]);
  const change = async (done: Promise<CallOutput<'memory.delete'>>) => {
    const result = await done;
    if (result.status === 'failed') toast(win, 'error', result.message);
    await refresh();
  };
  if (memory === null) return null;
  return (
    <div className="memory">
      <label className="memory-switch">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            const { checked } = event.target;
            edit(win, (draft) => {
              draft.settings.memory = checked;
            });
          }}
        />
        Agents remember across runs
      </label>
      {memory.items.length === 0 && <p className="muted">No items yet. Agents store items with the tool remember.</p>}
      {memory.damaged > 0 && <p className="muted">{countOf(memory.damaged, 'line')} of the memory cannot be read.</p>}
      <ul className="memory-items">
        {memory.items.map((item) => (
          <MemoryItem
            key={`${item.id} ${item.text}`}
            item={item}
            onEdit={(text) => void change(call('memory.edit', { id: item.id, text }))}
            onDelete={() => void change(call('memory.delete', { id: item.id }))}
          />
        ))}
      </ul>
      <div className="actions">
        <button
          type="button"
          className="button"
          disabled={memory.items.length === 0}
          onClick={() => void change(call('memory.clear', {}))}
        >
          Delete all
        </button>
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </div>
  );
}

interface MemoryItemProps {
  item: Item;
  onEdit: (text: string) => void;
  onDelete: () => void;
}

function MemoryItem({ item, onEdit, onDelete }: MemoryItemProps) {
  const { id, text, agent, task, at } = item;
  const [draft, setDraft] = useState(text);
  return (
    <li>
      <textarea
        className="input"
        aria-label={`Item ${id}`}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <div className="memory-facts">
        <span className="muted small">
          {[agent ?? 'a person', task, at.slice(0, 10)].filter((one) => one !== null).join(' · ')}
        </span>
        <button
          type="button"
          className="button"
          disabled={draft.trim() === '' || draft === text}
          aria-label={`Save item ${id}`}
          onClick={() => onEdit(draft.trim())}
        >
          Save
        </button>
        <button type="button" className="button" aria-label={`Delete item ${id}`} onClick={onDelete}>
          Delete
        </button>
      </div>
    </li>
  );
}
