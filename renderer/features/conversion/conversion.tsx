import './conversion.css';
import type { ConversionReport } from '../../../shared/import/report.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Shows what an import or export converted and what it left out, side by side. */
export function Conversion() {
  const win = useWindowState();
  const report = useUi((ui) => ui.conversion);
  return (
    <>
      {report === null ? <p>Import a project to see what was converted.</p> : <Columns report={report} />}
      <div className="actions">
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </>
  );
}

function Columns({ report: { taken, left_out } }: { report: ConversionReport }) {
  return (
    <div className="conversion">
      <section aria-label="Converted">
        <h3>Converted</h3>
        {taken.length === 0 && <p className="muted">Every value kept its form.</p>}
        <ul>
          {taken.map(({ path, what }) => (
            <li key={`${path} ${what}`}>
              <code>{path}</code>
              <p>{what}</p>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Left out">
        <h3>Left out</h3>
        {left_out.length === 0 && <p className="muted">Nothing was left out.</p>}
        <ul>
          {left_out.map(({ path, what, why, instead }) => (
            <li key={`${path} ${what}`}>
              <code>{path}</code>
              <p>{what}</p>
              <p className="muted">
                {why} {instead}
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
