import { addDefinition } from '../../state/commands/definition-edits.ts';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AddEntry, DefinitionEntry } from './entries.tsx';

/** The databases that agents read with `sql_query`. */
export function Databases() {
  const win = useWindowState();
  const databases = useDocument(({ crew }) => crew.databases);
  return (
    <>
      <h2 className="heading">Databases</h2>
      {Object.entries(databases).map(([name, { kind }]) => (
        <DefinitionEntry key={name} kind="database" name={name} aside={kind} />
      ))}
      <AddEntry kind="database" onAdd={() => addDefinition(win, 'database')} />
    </>
  );
}
