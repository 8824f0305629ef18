import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/ipc/channels.ts';
import { call } from '../../base/bridge.ts';
import { newCrew, openCrew } from '../../state/commands/file-commands.ts';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { useDropping } from './use-dropping.ts';

const SHOWN_RECENT = 4;

/**
 * The hints and templates of an empty crew. The canvas behind them stays usable: entries of the library can also be
 * dropped onto a template.
 */
export function EmptyCanvas() {
  const win = useWindowState();
  const dropping = useDropping();
  const empty = useDocument(({ crew }) => crew.agents.length === 0 && crew.tasks.length === 0);
  const [templates, setTemplates] = useState<CallOutput<'crew.templates'>>([]);
  const [recent, setRecent] = useState<CallOutput<'app.recent'>>([]);
  useEffect(() => {
    if (!empty) return;
    void call('crew.templates', {}).then(setTemplates);
    void call('app.recent', {}).then(setRecent);
  }, [empty]);
  if (!empty) return null;
  return (
    <div className="welcome" {...dropping}>
      <strong>This crew is empty</strong>
      <p>Drag an agent and a task from the library, or press A and T. Or start from a template:</p>
      <div className="choices">
        {templates
          .filter(({ name }) => name !== 'empty_crew')
          .map(({ name, title, description }) => (
            <button
              key={name}
              type="button"
              className="button"
              title={description}
              aria-labelledby={`template-${name}`}
              aria-describedby={`about-${name}`}
              onClick={() => void newCrew(win, name)}
            >
              <strong id={`template-${name}`}>{title}</strong>
              <span id={`about-${name}`}>{description}</span>
            </button>
          ))}
      </div>
      <div className="files">
        <button type="button" className="button" onClick={() => void openCrew(win)}>
          Open a file…
        </button>
        <RecentFiles files={recent.slice(0, SHOWN_RECENT)} />
      </div>
      <p className="faint">
        Three ways to get a model: the built-in Rehearsal needs no setup; a local server (Ollama, LM Studio, llama.cpp,
        vLLM) is detected automatically; or choose a provider in the toolbar and enter your API key.
      </p>
    </div>
  );
}

function RecentFiles({ files }: { files: CallOutput<'app.recent'> }) {
  const win = useWindowState();
  if (files.length === 0) return null;
  return (
    <section className="recent" aria-label="Recent files">
      <span className="faint">Recent</span>
      {files.map(({ path, name, folder }) => (
        <button key={path} type="button" className="button quiet" title={path} onClick={() => void openCrew(win, path)}>
          {name} <span className="faint">{folder}</span>
        </button>
      ))}
    </section>
  );
}
