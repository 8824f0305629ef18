import { stat } from 'node:fs/promises';
import type { Crew } from '../../shared/crew/schema.ts';
import type { EventOf } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type LocalFacts, readLocalFacts } from '../engine/journal/local-facts.ts';
import { readBlob, readJournal } from '../engine/journal/read-journal.ts';
import { loadRunCrew } from './run-crew.ts';

/** A run as read from its folder. */
export interface LoadedRun {
  dir: string;
  crew: Crew;
  state: RunState;
  started: EventOf<'run.started'>;
  /** The workspace and the crew file on this machine; null if the folder does not name them. */
  local: LocalFacts | null;
  /** The results of tasks, including those stored in blobs. */
  texts: ReadonlyMap<string, string>;
  /** The items of tasks with `for_each`, as JSON arrays, including those stored in blobs. */
  items: ReadonlyMap<string, string>;
  /** Length of the journal in bytes, without an incomplete last line. */
  journalBytes: number;
}

export type RunLoad = { ok: true; run: LoadedRun } | { ok: false; message: string };

/** Reads a run from its folder. The folder may be a copy, and the run may be in progress or interrupted. */
export async function loadRun(dir: string): Promise<RunLoad> {
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return loaded;
  const texts = new Map<string, string>();
  const items = new Map<string, string>();
  for (const task of loaded.run.state.tasks.values()) {
    const list = task.expansion?.items ?? null;
    const json = list === null ? '' : 'text' in list ? list.text : await readBlob(dir, list.blob);
    if (json === null) return { ok: false, message: `The items of task "${task.name}" are missing in ${dir}.` };
    if (list !== null) items.set(task.name, json);
    if (!task.result) continue;
    const text = 'text' in task.result ? task.result.text : await readBlob(dir, task.result.blob);
    if (text === null) return { ok: false, message: `The result of task "${task.name}" is missing in ${dir}.` };
    texts.set(task.name, text);
  }
  return { ok: true, run: { ...loaded.run, texts, items } };
}

/** Like `loadRun`, without the texts of results. */
export async function loadRunState(dir: string): Promise<RunLoad> {
  if (!(await isFolder(dir)))
    return { ok: false, message: `The folder ${dir} does not exist. Use the folder of a run as listed by "runs".` };
  const loaded = await loadRunCrew(dir);
  if (!loaded.ok) {
    const reason = loaded.problems[0]?.message ?? 'its crew file is invalid';
    return { ok: false, message: `${dir} is not a run folder: ${reason}` };
  }
  const state = newRun(loaded.crew);
  const read = await readJournal(dir, (event) => applyEvent(state, event));
  if (!read.ok) return { ok: false, message: read.message };
  const { started } = state;
  if (!started) return { ok: false, message: `The journal in ${dir} contains no run: the run never started.` };
  const local = await readLocalFacts(dir, started);
  return {
    ok: true,
    run: {
      dir,
      crew: loaded.crew,
      state,
      started,
      local,
      texts: new Map(),
      items: new Map(),
      journalBytes: read.bytes,
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
