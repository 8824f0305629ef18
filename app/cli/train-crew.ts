import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isReviewed } from '../../shared/crew/human-review.ts';
import type { Crew, Task } from '../../shared/crew/schema.ts';
import {
  type Guidance,
  joinGuidance,
  NO_GUIDANCE,
  readGuidance,
  TRAINING_FORMAT,
  type Training,
} from '../../shared/crew/training.ts';
import { countOf } from '../../shared/figures/format.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { readTextFile } from '../base/read-text-file.ts';
import { launchGroup } from '../launch/group/launch-group.ts';
import { learnedGuidance } from '../launch/learned-guidance.ts';
import { loadRun } from '../launch/load-run.ts';
import { originOf } from '../launch/trust/origin.ts';
import { readTrust } from '../launch/trust/trust-store.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { problemOf, refuse } from './problems.ts';
import { type LaunchOptions, launchOf, type RunOptions, readCrewToRun } from './run.ts';
import { runToEnd } from './run-to-end.ts';

export interface TrainOptions extends LaunchOptions, Pick<RunOptions, 'inputs' | 'input'> {
  /** The number of runs. */
  runs: number;
  /** The training file. */
  out: string;
}

/**
 * Runs `train FILE …`: runs a crew several times, lets the person at the terminal review the result of each task, and
 * stores the remarks as guidance after each run. A run uses the guidance of the runs before it.
 */
export async function trainCrew(context: CliContext, file: string, options: TrainOptions): Promise<ExitCode> {
  const { io } = context;
  if (io.terminal === null || options.approveAll) return refuse(io, [problemOf('terminal', NEEDS_PERSON)], {});
  const out = resolve(options.out);
  const earlier = await earlierGuidance(out);
  if (!earlier.ok) return refuse(io, [problemOf('out', earlier.message)], {});
  const read = await readCrewToRun(io, file, options);
  if (!read.ok) return read.code;
  const { loaded, inputs } = read;
  if (inputs.kind === 'batch') return refuse(io, [problemOf('inputs', ONE_SET_OF_VALUES)], {});
  const origin = await originOf(await readTrust(context.folders.trustFile), loaded.crew, resolve(file));
  const launch = {
    ...(await launchOf(context, file, { ...loaded, crew: reviewedCrew(loaded.crew) }, { ...options, cache: false })),
    origin,
  };
  const rows = { kind: 'run' as const, values: inputs.values };
  let { guidance } = earlier;
  for (let run = 1; run <= options.runs; run += 1) {
    io.stderr(`Training run ${run} of ${options.runs}\n`);
    const dirs: string[] = [];
    const code = await runToEnd(
      io,
      (onFolder) => {
        const noted = (dir: string) => {
          dirs.push(dir);
          onFolder(dir);
        };
        return launchGroup({ ...launch, guidance, onFolder: noted, startedAtMonotonicMs: performance.now() }, rows);
      },
      { file },
    );
    const ended = dirs[0] === undefined ? null : await loadRun(dirs[0]);
    if (ended?.ok) guidance = joinGuidance(guidance, learnedGuidance(ended.run));
    if (dirs.length > 0) await write(out, guidance);
    if (code !== EXIT.ok && code !== EXIT.failed) return code;
  }
  const texts = Object.values(guidance).flat().length;
  io.stderr(`Training: ${out} has ${countOf(texts, 'text')} of guidance. Name it in settings.training.\n`);
  return EXIT.ok;
}

const NEEDS_PERSON = 'A person trains a crew by reviewing its results. Run this at a terminal, without --approve-all.';
const ONE_SET_OF_VALUES = 'A training uses one set of inputs. Give --inputs a JSON file with one object.';

async function earlierGuidance(
  out: string,
): Promise<{ ok: true; guidance: Guidance } | { ok: false; message: string }> {
  const folder = await stat(dirname(out)).catch(() => null);
  if (!folder?.isDirectory()) return { ok: false, message: `There is no folder ${dirname(out)}. Create it first.` };
  const read = await readTextFile(out);
  if (!read.ok && read.kind === 'missing') return { ok: true, guidance: NO_GUIDANCE };
  const guidance = read.ok ? readGuidance(read.text) : null;
  if (guidance !== null) return { ok: true, guidance };
  return { ok: false, message: `${out} exists and is not a training file. Choose another name.` };
}

/** Returns the crew with a review of the result of each task that an agent executes. */
function reviewedCrew(crew: Crew): Crew {
  return { ...crew, tasks: crew.tasks.map((task) => (task.call === undefined ? reviewed(task) : task)) };
}

function reviewed(task: Task): Task {
  return { ...task, human_review: isReviewed(task, 'before') ? ['before', 'after'] : 'after' };
}

function write(out: string, guidance: Guidance): Promise<void> {
  const tasks = Object.entries(guidance).filter(([, texts]) => texts.length > 0);
  const training: Training = {
    format: TRAINING_FORMAT,
    tasks: Object.fromEntries(tasks.map(([task, texts]) => [task, { guidance: [...texts] }])),
  };
  return replaceFile(out, `${JSON.stringify(training, null, 2)}\n`);
}
