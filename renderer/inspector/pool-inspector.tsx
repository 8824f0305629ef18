import type { Pool } from '../../shared/project/schema.ts';
import { remove } from '../commands/project-edits.ts';
import { edit } from '../store/document.ts';
import { CommittedField, NumberField } from './fields.tsx';
import { giveName, refuseName } from './naming.ts';

export function PoolInspector({ pool }: { pool: Pool }) {
  return (
    <>
      <header className="subject">
        <span className="avatar">◫</span>
        <div className="ellipsis">
          <strong>{pool.name}</strong>
          <div className="muted small ellipsis" title="What tasks share, so many units at a time">
            Pool · shared by tasks
          </div>
        </div>
      </header>
      <CommittedField
        label="Name"
        value={pool.name}
        refuse={(name) => refuseName(pool.name, name)}
        onCommit={(name) => giveName('pool', pool.name, name)}
      />
      <NumberField
        label="Capacity"
        value={pool.capacity}
        min={1}
        max={10_000}
        onChange={(value) =>
          edit((draft) => {
            const found = draft.pools.find(({ name }) => name === pool.name);
            if (found) found.capacity = Math.round(value ?? 1);
          }, `pool ${pool.name}`)
        }
      />
      <div className="field">
        <button type="button" className="button" onClick={() => remove([`pool:${pool.name}`])}>
          Delete the pool
        </button>
      </div>
    </>
  );
}
