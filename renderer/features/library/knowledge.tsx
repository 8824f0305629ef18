import { useState } from 'react';
import { knowledgeProblems } from '../../../shared/crew/check-knowledge.ts';
import { looseOf } from '../../../shared/crew/loose.ts';
import { countOf } from '../../../shared/figures/format.ts';
import { Icon } from '../../base/icons.tsx';
import { edit, useDocument } from '../../state/document.ts';
import { showDialog, toast } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The files that agents know, and what the crew remembers across runs. */
export function Knowledge() {
  const win = useWindowState();
  const knowledge = useDocument(({ crew }) => crew.knowledge);
  const isSaved = useDocument(({ path }) => path !== null);
  const remove = (index: number) => edit(win, (draft) => void draft.knowledge.splice(index, 1));
  return (
    <>
      <h2 className="heading">Knowledge</h2>
      {knowledge.map(({ path, agents }, index) => (
        // Two entries can name the same files, for different agents.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className="entry static" title={path}>
          <span className="sign faint">
            <Icon name="book" />
          </span>
          <span className="ellipsis">{path}</span>
          <span className="aside">{agents === undefined ? 'all agents' : countOf(agents.length, 'agent')}</span>
          <button type="button" className="button quiet" aria-label={`Remove ${path}`} onClick={() => remove(index)}>
            ×
          </button>
        </div>
      ))}
      {isSaved ? <AddFiles /> : <p className="muted small note">To add files, save the crew first.</p>}
      <button type="button" className="entry add" onClick={() => showDialog(win, 'memory')}>
        <span className="sign faint">
          <Icon name="clock" />
        </span>
        Memory…
      </button>
    </>
  );
}

/** The path of files below the folder of the crew file. */
function AddFiles() {
  const win = useWindowState();
  const [path, setPath] = useState('');
  const add = () => {
    const { crew } = win.document.getState();
    const entry = { path: path.trim() };
    const [problem] = knowledgeProblems({ ...looseOf(crew), knowledge: [entry] });
    if (problem) return toast(win, 'error', problem.message);
    edit(win, (draft) => void draft.knowledge.push(entry));
    setPath('');
  };
  return (
    <form
      className="knowledge-add"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <input
        className="input"
        aria-label="Knowledge files"
        placeholder="manuals or notes/*.md"
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <button type="submit" className="button" disabled={path.trim() === ''}>
        Add
      </button>
    </form>
  );
}
