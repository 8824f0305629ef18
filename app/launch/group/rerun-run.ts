import { savingsOf } from '../../../shared/control/virtual/savings.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { rerunText } from '../../../shared/figures/rerun-text.ts';
import { planRerun, type RerunChoice } from '../../../shared/run/rerun.ts';
import { copiesFolder } from '../../base/named-files.ts';
import { loadLinkedCrew } from '../../crew-file/load-linked.ts';
import { noLocalFacts } from '../../engine/journal/local-facts.ts';
import { isRunLocked } from '../../engine/locks/run-locks.ts';
import { compare, isOf, type OpenCrew } from '../compare.ts';
import { requireConsentForExternal } from '../external-run.ts';
import { type LoadedRun, loadRun } from '../load-run.ts';
import type { ModelOverrides } from '../models.ts';
import { originalModelOverrides } from '../original-model-overrides.ts';
import { failure, type LaunchInput, type LaunchRefusal } from '../prepare-launch.ts';
import { reusedTasks } from '../reused-tasks.ts';
import { launchGroup } from './launch-group.ts';
import { workspaceBy } from './reopen-group.ts';
import type { GroupLaunch } from './start-group.ts';

/** The part of an earlier run to repeat. */
export type RerunSelection = Exclude<RerunChoice, { kind: 'stale' }> | { kind: 'stale' };

export interface RerunInput
  extends Pick<
    LaunchInput,
    | 'keyFor'
    | 'trust'
    | 'origin'
    | 'reviewer'
    | 'attended'
    | 'plan'
    | 'folders'
    | 'host'
    | 'startedAtMonotonicMs'
    | 'versions'
    | 'evaluator'
    | 'onFolder'
  > {
  /** The folder of the earlier run. */
  dir: string;
  selection: RerunSelection;
  /** The crew to run: as it was run, as it is in its file now, or an open crew if the run was started from it. */
  crew: 'as_run' | 'as_in_file' | OpenCrew;
  /** Null means the number chosen for the earlier run, or else that of the crew. */
  slots: number | null;
  /** False disables the cache. */
  cache?: boolean;
}

/**
 * Starts a new run that repeats part of an earlier run in the same workspace, with the same models, inputs and seed.
 * Reused results are copied, so that the new run does not need the earlier folder. A rerun of a rehearsal is a
 * rehearsal.
 */
export async function rerunRun(input: RerunInput): Promise<GroupLaunch> {
  const { dir } = input;
  const loaded = await loadRun(dir);
  if (!loaded.ok) return failure('journal', loaded.message);
  const { run } = loaded;
  const { started, state, local } = run;
  if (local === null) return failure('workspace', noLocalFacts(dir));
  if (await isRunLocked(dir))
    return failure('run_locked', `Run ${started.run} is still running. Wait for it to finish, or stop it.`);
  const prepared = await prepare(run, input);
  if (!prepared.ok) return prepared;
  const { crew, rehearsal, overrides, choice, stale, isAsRun } = prepared;
  const plan = planRerun(crew, state, choice);
  if (!plan.ok) return failure(plan.code, plan.message);
  const from = { what: 'run', dir, crew, rehearsal, ...local } as const;
  const refusal = await requireConsentForExternal(from, { trust: input.trust !== false, folders: input.folders });
  if (refusal) return refusal;

  const { again, kept, task, inner } = plan;
  const slots = input.slots ?? slotsOf(run, crew);
  const { origin, ...process } = input;
  const launch = await launchGroup(
    {
      ...process,
      ...(origin === undefined || isAsRun ? {} : { origin }),
      crew,
      file: local.file,
      ...(isAsRun ? { namedFilesIn: copiesFolder(dir) } : {}),
      overrides: {
        ...overrides,
        slots,
        workspace: {
          path: local.workspace,
          by: await workspaceBy(input, isAsRun ? 'same_run' : 'earlier_run'),
        },
        budgetUsd: started.settings.budget_usd ?? null,
        budgetTokens: started.settings.budget_tokens ?? null,
      },
      seed: started.seed,
    },
    {
      kind: 'run',
      values: started.inputs ?? {},
      reused: reusedTasks(run, crew, {
        reused: kept,
        stale,
        keepsInstances: choice.kind === 'failed' || inner !== null,
        except: inner,
      }),
      // A named task is called again, never taken from the cache.
      bypassCacheFor: task === null ? [] : [inner ?? task],
    },
  );
  if (!launch.ok) return launch;
  const text = rerunText(again.size, kept.size, savingsOf(crew, state, kept, slots));
  return { ...launch, notes: [`${text}.`, ...launch.notes] };
}

/** The number of slots that a person chose for the earlier run, or else that of the current crew. */
function slotsOf({ crew: then, started }: LoadedRun, now: Crew): number {
  const { slots } = started.settings;
  return slots === then.settings.max_concurrent_tasks ? now.settings.max_concurrent_tasks : slots;
}

type PreparedRerun =
  | {
      ok: true;
      crew: Crew;
      rehearsal: boolean;
      overrides: ModelOverrides;
      choice: RerunChoice;
      stale: ReadonlyMap<string, string>;
      /** Whether the crew is unchanged since the earlier run. */
      isAsRun: boolean;
    }
  | LaunchRefusal;

async function prepare(
  run: LoadedRun,
  { selection, crew }: Pick<RerunInput, 'selection' | 'crew'>,
): Promise<PreparedRerun> {
  const isAsRun = typeof crew === 'string' ? crew === 'as_run' : !isOf(run, crew);
  if (isAsRun && selection.kind !== 'stale') {
    const overrides = originalModelOverrides(run.started);
    const { rehearsal } = run.started;
    return { ok: true, crew: run.crew, rehearsal, overrides, choice: selection, stale: new Map(), isAsRun };
  }
  const now = typeof crew === 'string' || isAsRun ? await readNow(run) : { ok: true as const, crew: crew.crew };
  if (!now.ok) return now;
  const compared = await compare(run, now.crew);
  if (!compared.ok) return compared;
  const { overrides, stale, rehearsal } = compared;
  if (selection.kind === 'stale')
    return {
      ...now,
      rehearsal,
      overrides,
      choice: { kind: 'stale', stale: new Set(stale.keys()) },
      stale,
      isAsRun: false,
    };
  if (selection.kind !== 'all' && rehearsal !== run.started.rehearsal) return refuseMixedRehearsal(run);
  return { ...now, rehearsal, overrides, choice: selection, stale, isAsRun: false };
}

/** Refuses to mix rehearsed results with results of a model. */
function refuseMixedRehearsal({ started }: LoadedRun): LaunchRefusal {
  const [was, is] = started.rehearsal ? ['a rehearsal', 'calls a real model'] : ['not a rehearsal', 'is rehearsed'];
  const why = `Run ${started.run} was ${was}, but the crew now ${is}, so none of its results can be reused.`;
  return failure('rehearsal', `${why} Repeat the whole run.`);
}

async function readNow({ started, local }: LoadedRun): Promise<{ ok: true; crew: Crew } | LaunchRefusal> {
  const file = local?.file ?? null;
  if (file === null) {
    const why = `The crew of run ${started.run} was never saved to a file, so the run cannot be compared with it.`;
    return failure('no_file', `${why} Use --failed, --from or --only.`);
  }
  const loaded = await loadLinkedCrew(file);
  return loaded.ok ? { ok: true, crew: loaded.crew } : { ok: false, problems: loaded.problems };
}
