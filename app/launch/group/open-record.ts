import { resolve } from 'node:path';
import { slotCount } from '../../../shared/control/run-facts.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { type LocalFacts, noLocalFacts } from '../../engine/journal/local-facts.ts';
import { type LoadedRun, loadRunState } from '../load-run.ts';
import { originalModelOverrides } from '../original-model-overrides.ts';
import { type GroupRecord, isBatchFolder, loadBatch } from './batch-folder.ts';
import type { GroupKind } from './group-handle.ts';

/** A run or a batch as its folder records it. */
export interface StoredGroup {
  kind: GroupKind;
  dir: string;
  record: GroupRecord;
  crew: Crew;
}

export type OpenedRecord =
  | { ok: true; stored: StoredGroup }
  /** `workspace`: the folder does not name the workspace. */
  | { ok: false; kind: 'journal' | 'workspace'; message: string };

/** Reads what the run or batch in a folder was started with. The folder may be a copy. */
export async function openRecord(given: string): Promise<OpenedRecord> {
  const dir = resolve(given);
  if (await isBatchFolder(dir)) {
    const loaded = await loadBatch(dir);
    if (!loaded.ok) return { ...loaded, kind: 'journal' };
    return { ok: true, stored: { kind: 'batch', dir, record: loaded.record, crew: loaded.crew } };
  }
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return { ...loaded, kind: 'journal' };
  const { local, crew } = loaded.run;
  if (local === null) return { ok: false, kind: 'workspace', message: noLocalFacts(dir) };
  return { ok: true, stored: { kind: 'run', dir, record: recordOf(loaded.run, local), crew } };
}

/** The record of a run, from its folder, from its first event, and from the slots and the budget that were set later. */
function recordOf({ crew, state, started }: LoadedRun, { workspace, file }: LocalFacts): GroupRecord {
  const { provider, baseUrl, model } = originalModelOverrides(started);
  return {
    id: started.run,
    crew: crew.name,
    file,
    wall_ms: started.wall_ms,
    time_zone: started.time_zone,
    utc_offset_min: started.utc_offset_min,
    slots: slotCount(state),
    provider,
    base_url: baseUrl,
    model,
    budget_usd: state.budgetUsd,
    budget_tokens: state.budgetTokens,
    typed_base_url: false,
    approve_all: false,
    seed: started.seed,
    workspace,
    rows: [{ ...started.inputs }],
  };
}
