import type { Pool } from '../../shared/project/schema.ts';
import { remove } from '../commands/project-edits.ts';
import { NumberField } from '../fields/number-field.tsx';
import { edit } from '../store/document.ts';
import { NameField } from './name-field.tsx';

export function PoolInspector({ pool }: { pool: Pool }) {
  return (
    <>
      <header className="subject">
        <span className="avatar">◫</span>
        <div className="ellipsis">
          <strong>{pool.name}</strong>
          <div className="muted small ellipsis" title="Units that tasks share">
            Pool · shared by tasks
          </div>
        </div>
      </header>
      <NameField kind="pool" name={pool.name} />
      <NumberField
        label="Capacity"
        value={pool.capacity}
        rule={{ min: 1, max: 10_000 }}
        onChange={(value) =>
          edit((draft) => {
            const found = draft.pools.find(({ name }) => name === pool.name);
            if (found && value !== undefined) found.capacity = value;
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
