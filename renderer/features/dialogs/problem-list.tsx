import type { Problem } from '../../../shared/crew/problem.ts';
import { centerOn } from '../../state/canvas/view.ts';
import { useDocument } from '../../state/document.ts';
import { nodeOf } from '../../state/problems.ts';
import { select, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

function isWarning({ severity }: Problem): boolean {
  return severity === 'warning';
}

/** All problems of a refused crew or run. The window stays usable next to it. A click selects the node. */
export function ProblemList() {
  const win = useWindowState();
  const refused = useUi((ui) => ui.refused);
  const crew = useDocument((document) => document.crew);
  if (!refused) return null;
  const close = () => win.ui.setState({ refused: null });
  const go = (path: string) => {
    const node = nodeOf(crew, path);
    if (node === null) return;
    select(win, node);
    centerOn(win, node);
  };
  return (
    <aside className={`problems${refused.problems.every(isWarning) ? ' warnings' : ''}`} aria-label="Problems">
      <header>
        <strong>{refused.title}</strong>
        <button type="button" className="close" aria-label="Dismiss" onClick={close}>
          ✕
        </button>
      </header>
      <ul>
        {refused.problems.map(({ code, message, path, line, column }) => (
          <li key={`${code} ${path} ${line}:${column} ${message}`}>
            <button type="button" onClick={() => go(path)}>
              {message}
              <span className="faint num">
                {line > 0 ? ` line ${line}, column ${column}` : path === '' ? '' : ` ${path}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
