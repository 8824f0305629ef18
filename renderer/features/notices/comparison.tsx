import { diffWordsWithSpace } from 'diff';
import { useEffect, useMemo, useState } from 'react';
import { type Change, type Difference, differencesOf } from '../../../shared/crew/differences.ts';
import type { CallOutput } from '../../../shared/ipc/channels.ts';
import { call } from '../../base/bridge.ts';
import { keepMine, takeTheirs } from '../../state/commands/notice-commands.ts';
import { useDocument } from '../../state/document.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { type FileAction, fileBar } from './file-bar.ts';

/** The time limit of a text comparison. Texts that take longer to compare are shown one after the other. */
const DIFF_TIMEOUT_MS = 150;

/** The answers that a comparison helps to choose between. */
const ANSWERS: Readonly<Partial<Record<FileAction, (win: WindowState) => Promise<unknown>>>> = {
  keep: keepMine,
  take: takeTheirs,
};

const SIDE_TEXT = { mine: 'only in this window', theirs: 'only on disk', both: '' } as const;

/** How the crew in the window differs from the file on disk, and the answer to it. */
export function Comparison() {
  const win = useWindowState();
  const mine = useDocument((document) => (document.stashed ?? document).crew);
  const notice = useUi((ui) => ui.notices.file);
  const answers = notice === null ? [] : fileBar(notice).actions;
  const [disk, setDisk] = useState<CallOutput<'crew.on_disk'> | null>(null);
  useEffect(() => void call('crew.on_disk', {}).then(setDisk), []);
  const differences = useMemo(() => (disk?.status === 'ready' ? differencesOf(mine, disk.crew) : []), [mine, disk]);
  return (
    <>
      {disk?.status === 'failed' && <p>{disk.message}</p>}
      {disk?.status === 'ready' && (
        <>
          <p className="muted difference">
            <ins>Green</ins> is only on disk, <del>red</del> is only in this window.
          </p>
          {differences.length === 0 && <p>Both have the same content. Only the layout of the text differs.</p>}
          <div className="comparison">
            {differences.map((difference) => (
              <DifferenceView key={`${difference.kind} ${difference.name}`} difference={difference} />
            ))}
          </div>
        </>
      )}
      <div className="actions">
        {answers.map(({ action, label }) => {
          const act = ANSWERS[action];
          return (
            act && (
              <button key={action} type="button" className="button" onClick={() => void act(win)}>
                {label}
              </button>
            )
          );
        })}
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </>
  );
}

function DifferenceView({ difference: { kind, name, isIn, changes } }: { difference: Difference }) {
  const about = [kind === name ? '' : kind, SIDE_TEXT[isIn]].filter((part) => part !== '').join(' · ');
  return (
    <section>
      <h3>
        {name} <span className="faint">{about}</span>
      </h3>
      {changes.map((change) => (
        <ChangeView key={change.key} change={change} />
      ))}
    </section>
  );
}

function ChangeView({ change: { key, mine, theirs } }: { change: Change }) {
  const parts = useMemo(
    () => diffWordsWithSpace(mine, theirs, { timeout: DIFF_TIMEOUT_MS }) ?? whole(mine, theirs),
    [mine, theirs],
  );
  let at = 0;
  return (
    <>
      <div className="key">{key}</div>
      <div className="texts difference">
        {parts.map(({ value, added, removed }) => {
          const begin = at;
          at += value.length;
          if (added) return <ins key={begin}>{value}</ins>;
          return removed ? <del key={begin}>{value}</del> : <span key={begin}>{value}</span>;
        })}
      </div>
    </>
  );
}

function whole(mine: string, theirs: string) {
  return [
    { value: `${mine}\n`, removed: true, added: false },
    { value: theirs, added: true, removed: false },
  ];
}
