import { TOOL_NAMES, TOOLS } from '../../../shared/tools/catalogue.ts';
import { addDefinition } from '../../state/commands/definition-edits.ts';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AddEntry, DefinitionEntry, ToolEntry } from './entries.tsx';

/** The built-in tools, and those that the crew defines. */
export function Tools() {
  const win = useWindowState();
  const tools = useDocument(({ crew }) => crew.tools);
  return (
    <>
      <h2 className="heading">Tools</h2>
      {TOOL_NAMES.map((tool) => (
        <ToolEntry key={tool} tool={tool} icon={TOOLS[tool].icon} description={TOOLS[tool].description} />
      ))}
      {tools.map(({ name, script }) => (
        <DefinitionEntry key={name} kind="tool" name={name} aside={script === undefined ? 'HTTP' : 'script'} />
      ))}
      <AddEntry kind="tool" onAdd={() => addDefinition(win, 'tool')} />
    </>
  );
}
