import './trust.css';
import { useCallback, useEffect, useState } from 'react';
import type { CallInput } from '../../../shared/ipc/channels.ts';
import type { TrustList } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { showFailure } from '../../state/commands/run-commands.ts';
import { showDialog } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

type Entry = CallInput<'trust.revoke'>;

/** Lists what a person trusts, each entry with a way to revoke it. */
export function Trusted() {
  const win = useWindowState();
  const [list, setList] = useState<TrustList | null>(null);
  const load = useCallback(() => void call('trust.list', {}).then(setList), []);
  useEffect(load, [load]);
  const revoke = (entry: Entry) =>
    void call('trust.revoke', entry)
      .then((done) => showFailure(win, done))
      .finally(load);
  return (
    <>
      <p className="muted">A trusted crew can call the models, use the tools and start the commands that it names.</p>
      {list === null ? <p>Loading…</p> : <Entries list={list} revoke={revoke} />}
      <div className="actions">
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </>
  );
}

interface Row {
  kind: string;
  text: string;
  entry: Entry;
}

function Entries({ list, revoke }: { list: TrustList; revoke: (entry: Entry) => void }) {
  const rows = rowsOf(list);
  if (rows.length === 0) return <p>You have not trusted any crew or folder from elsewhere.</p>;
  return (
    <ul className="trusted">
      {rows.map(({ kind, text, entry }) => (
        <li key={`${kind} ${text}`}>
          <span className="muted">{kind}</span>
          <span className="path">{text}</span>
          <button type="button" className="button" aria-label={`Revoke ${kind} ${text}`} onClick={() => revoke(entry)}>
            Revoke
          </button>
        </li>
      ))}
    </ul>
  );
}

function rowsOf({ crews, folders, workspaces }: TrustList): Row[] {
  const ofPath = (kind: string) => (path: string) => ({ kind, text: path, entry: { kind: 'path', path } as const });
  const files = [...new Set(crews.flatMap(({ file }) => file ?? []))];
  const contents = crews.filter(({ file }) => file === null);
  return [
    ...files.map(ofPath('Crew')),
    ...contents.map(({ sha256 }) => ({
      kind: 'Crew',
      text: `not in a file (${sha256.slice(0, 12)})`,
      entry: { kind: 'content', sha256 } as const,
    })),
    ...folders.map(ofPath('Folder')),
    ...workspaces.map(ofPath('Workspace')),
  ];
}
