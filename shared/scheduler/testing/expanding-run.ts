import { predict } from '../../control/virtual/predict.ts';
import { linkParts } from '../../crew/link.ts';
import { type Crew, crewSchema } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import type { EventDraft, RunEvent } from '../../run/events.ts';
import { applyEvent, newRun } from '../../run/fold.ts';
import { STARTED } from '../../run/testing/started.ts';
import { computeRanks } from '../ranks.ts';
import { Scheduler } from '../scheduler.ts';

/** A random run in which tasks expand, decided by the scheduler of the product. */
export interface ExpandingRun {
  crew: Crew;
  events: readonly RunEvent[];
}

const SLOTS = 3;
const MOST_ITEMS = 5;

/** Returns a random crew in which tasks run for each item of a list, some for the results of others, or run crew files. */
export function expandingCrew(random: Random): Crew {
  const inner = fileOf(randomTasks(random, random.int(1, 3), []));
  const outer = fileOf(randomTasks(random, random.int(1, 3), ['inner']));
  const crew = fileOf(randomTasks(random, random.int(2, 7), ['inner', 'outer']));
  const part = (hash: string, file: Crew) => ({ sha256: hash.repeat(64), crew: file });
  return linkParts(crew, { inner: part('a', inner), outer: part('b', outer) });
}

function fileOf(tasks: readonly object[]): Crew {
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work' }];
  return crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents, tasks });
}

/** @param files the crew files that a task can run */
function randomTasks(random: Random, most: number, files: readonly string[]): object[] {
  const tasks: object[] = [];
  const looping: string[] = [];
  for (let at = 0; at < most; at += 1) {
    const context = Array.from({ length: at }, (_, index) => `t${index}`).filter(() => random.chance(0.5));
    const source = random.chance(0.6) ? context[random.int(0, context.length - 1)] : undefined;
    const isAligned = source !== undefined && looping.includes(source) && random.chance(0.7);
    if (source !== undefined) looping.push(`t${at}`);
    const file = random.chance(0.3) ? files[random.int(0, files.length - 1)] : undefined;
    tasks.push({
      ...{ name: `t${at}`, description: 'Do', expected_output: 'It', context },
      ...(file === undefined ? { agent: 'ada' } : { crew: file }),
      ...{ async: random.chance(0.7), priority: random.int(-1, 1) },
      ...(random.chance(0.3) ? { on_dependency_failure: 'skip' } : {}),
      ...(source === undefined ? {} : { for_each: forEachOf(source, isAligned, random) }),
    });
  }
  return tasks;
}

function forEachOf(task: string, isAligned: boolean, random: Random): object {
  return {
    task,
    ...(isAligned ? {} : { path: '' }),
    ...(random.chance(0.3) ? { parallel: random.int(1, 2) } : {}),
    ...(random.chance(0.3) ? { on_failure: 'fail' } : {}),
  };
}

/** Returns the run of a seed. @param fails whether attempts can fail */
export function expandingRun(seed: number, fails: boolean): ExpandingRun {
  const random = new Random(seed);
  const crew = expandingCrew(random);
  const scheduler = new Scheduler(crew);
  const run = newRun(crew);
  const events: RunEvent[] = [];
  const counts = new Map<string, number>();
  let running: { task: string; attempt: number; end: number }[] = [];
  let t = 0;
  const emit = (draft: EventDraft) => {
    // A draft with a stamp is an event. The compiler cannot infer this for the union of all drafts.
    const event = { ...draft, seq: events.length + 1, t } as RunEvent;
    events.push(event);
    scheduler.apply(event);
    applyEvent(run, event);
  };
  const complete = (task: string) => {
    const { degraded, missing } = scheduler.completionFlags(task);
    const flags = {
      ...(degraded ? { degraded: true as const } : {}),
      ...(missing.length > 0 ? { missing: [...missing] } : {}),
    };
    emit({ type: 'task.completed', task, text: '[]', ...flags });
  };
  const expand = (task: string) => {
    const found = run.crew.tasks.find(({ name }) => name === task);
    const file = found?.for_each ? undefined : crew.linked?.parts[found?.crew ?? ''];
    if (file) {
      const ranks = Object.fromEntries(file.crew.tasks.map(({ name }) => [name, random.int(0, 2)]));
      emit({ type: 'task.expanded', task, kind: 'crew', count: file.crew.tasks.length, crew: file.sha256, ranks });
      return;
    }
    const { task: source, path } = found?.for_each ?? {};
    const aligned = path === undefined ? counts.get(source ?? '') : undefined;
    const count = aligned ?? random.int(0, MOST_ITEMS);
    counts.set(task, count);
    emit({ type: 'task.expanded', task, kind: 'for_each', count, ...(aligned === undefined ? { text: '[]' } : {}) });
  };
  const decide = () => {
    for (;;) {
      const [work] = scheduler.work();
      if (work?.do === 'expand') expand(work.task);
      else if (work) complete(work.task);
      else {
        const next = scheduler.next(t);
        if (next === null) return;
        emit(next);
        if (next.type === 'task.failed') stopAbandoned();
        if (next.type !== 'attempt.started') continue;
        running.push({ task: next.task, attempt: next.attempt, end: t + random.int(1, 40) });
      }
    }
  };
  const stopAbandoned = () => {
    const stopped = running.filter(({ task }) => scheduler.isAbandoned(task));
    running = running.filter((turn) => !stopped.includes(turn));
    for (const { task, attempt } of stopped)
      emit({ type: 'attempt.ended', task, attempt, result: 'cancelled', kind: 'cancelled', message: '' });
  };
  const estimates = {};
  const settings = { ...STARTED.settings, slots: SLOTS };
  emit({
    ...STARTED,
    crew: crew.name,
    settings,
    ranks: computeRanks(crew, estimates),
    prediction: predict(crew, estimates, SLOTS),
  });
  for (let slot = 1; slot <= SLOTS; slot += 1) emit({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
  for (decide(); running.length > 0; decide()) {
    const [first] = running.sort((a, b) => a.end - b.end);
    if (!first) break;
    running = running.filter((turn) => turn !== first);
    t = first.end;
    const { task, attempt } = first;
    if (fails && random.chance(0.2))
      emit({ type: 'attempt.ended', task, attempt, result: 'error', kind: 'http', message: 'No.' });
    else {
      emit({ type: 'attempt.ended', task, attempt, result: 'ok' });
      complete(task);
    }
  }
  return { crew, events };
}
