import { join } from 'node:path';
import { loadCrew } from '../app/crew-file/load.ts';
import { readBlob, readJournal } from '../app/engine/journal/read-journal.ts';
import { CREW_FILE } from '../app/engine/journal/storage.ts';
import { contextOf } from '../shared/crew/context.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { EventOf, RunEvent } from '../shared/run/events.ts';
import { Scheduler } from '../shared/scheduler/scheduler.ts';
import { requestOf } from './provider.ts';

/** A run as stored in its folder. */
export interface Journal {
  dir: string;
  crew: Crew;
  events: RunEvent[];
}

/** Reads a run folder. Returns a problem as a string. */
export async function journalOf(dir: string): Promise<Journal | string> {
  const loaded = await loadCrew(join(dir, CREW_FILE));
  if (!loaded.ok) return `its crew cannot be read: ${loaded.problems[0]?.message}`;
  const events: RunEvent[] = [];
  const read = await readJournal(dir, (event) => events.push(event));
  return read.ok ? { dir, crew: loaded.crew, events } : read.message;
}

/** Checks the invariants of a journal at any time, complete or not. Returns violations. */
export function checkJournal({ crew, events }: Journal): string[] {
  return [
    ...checkOrder(events),
    ...checkAttempts(events),
    ...checkContext(crew, events),
    ...checkDecisions(crew, events),
    ...checkTools(events),
    ...checkFailures(events),
  ];
}

/** Checks the invariants of a finished run. */
export function checkFinished({ crew, events }: Journal): string[] {
  const problems: string[] = [];
  const finished = events.filter((event) => event.type === 'run.finished');
  if (finished.length !== 1 || events.at(-1)?.type !== 'run.finished')
    problems.push('it does not end with its only `run.finished`');
  for (const key of openAttempts(events)) problems.push(`attempt ${key} never ended`);
  for (const { name } of crew.tasks) {
    const ends = events.filter((event) => isEndOf(event, name)).length;
    if (ends !== 1) problems.push(`task ${name} ended ${ends} times`);
  }
  return problems;
}

/**
 * A turn fails permanently only by a permanent failure or by three consecutive crashes, because retries suffice for all
 * faults.
 */
function checkFailures(events: readonly RunEvent[]): string[] {
  const problems: string[] = [];
  for (const event of events) {
    if (event.type !== 'task.failed') continue;
    const failed = turnsOf(events, event.task).filter((ends) => ends.at(-1)?.result !== 'ok');
    if (failed.length === 0) problems.push(`${event.task} failed although none of its turns did`);
    for (const ends of failed) {
      const { kind, message = '' } = ends.at(-1) ?? {};
      const crashed = ends.slice(-3).filter((end) => end.result === 'crash').length === 3;
      if (!crashed && !(kind === 'http' && message.includes('400')))
        problems.push(`${event.task} failed unnecessarily: ${message}`);
    }
  }
  return problems;
}

function turnsOf(events: readonly RunEvent[], task: string): EventOf<'attempt.ended'>[][] {
  const turns = new Map<string, EventOf<'attempt.ended'>[]>();
  for (const event of events) {
    if (event.type !== 'attempt.ended' || event.task !== task) continue;
    turns.set(event.turn ?? '', [...(turns.get(event.turn ?? '') ?? []), event]);
  }
  return [...turns.values()];
}

export function completedTasks(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'task.completed' ? [event.task] : []));
}

function checkOrder(events: readonly RunEvent[]): string[] {
  const problems: string[] = [];
  events.forEach((event, index) => {
    if (event.seq !== index + 1) problems.push(`line ${index + 1} has the number ${event.seq}`);
    if (event.t < (events[index - 1]?.t ?? 0)) problems.push(`time goes back at line ${index + 1}`);
  });
  return problems;
}

const keyOf = ({ task, attempt, turn }: { task: string; attempt: number; turn?: string | undefined }) =>
  `${task} ${turn ?? ''} #${attempt}`;

function openAttempts(events: readonly RunEvent[]): Set<string> {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'attempt.started') open.add(keyOf(event));
    if (event.type === 'attempt.ended') open.delete(keyOf(event));
  }
  return open;
}

/**
 * Each attempt starts once, ends at most once, and never runs at the same time as another attempt of its turn. No event
 * is outside of an attempt.
 */
function checkAttempts(events: readonly RunEvent[]): string[] {
  const problems: string[] = [];
  const started = new Set<string>();
  const open = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'review.asked' || !('attempt' in event)) continue;
    const key = keyOf(event);
    const turn = `${event.task} ${event.turn ?? ''}`;
    if (event.type === 'attempt.started') {
      if (open.has(turn)) problems.push(`${key} starts while ${open.get(turn)} runs`);
      if (started.has(key)) problems.push(`${key} starts twice`);
      started.add(key);
      open.set(turn, key);
    } else if (open.get(turn) !== key) problems.push(`${event.type} of ${key}, which does not run (line ${event.seq})`);
    if (event.type === 'attempt.ended') open.delete(turn);
  }
  return problems;
}

/** No task starts before its context has ended, or after it has ended. */
function checkContext(crew: Crew, events: readonly RunEvent[]): string[] {
  const problems: string[] = [];
  const ended = new Set<string>();
  const contexts = new Map(crew.tasks.map((task) => [task.name, contextOf(task)]));
  for (const event of events) {
    if (event.type === 'attempt.started') {
      const early = (contexts.get(event.task) ?? []).filter((before) => !ended.has(before));
      if (early.length > 0) problems.push(`${event.task} starts before ${early} ended`);
      if (ended.has(event.task)) problems.push(`${event.task} starts after it has ended`);
    }
    if ('task' in event && isEndOf(event, event.task)) ended.add(event.task);
  }
  return problems;
}

function isEndOf(event: RunEvent, task: string): boolean {
  switch (event.type) {
    case 'task.completed':
    case 'task.failed':
    case 'task.skipped':
    case 'task.not_chosen':
    case 'task.cancelled':
      return event.task === task;
    default:
      return false;
  }
}

/** A new scheduler that replays the journal makes every decision that is in the journal. */
function checkDecisions(crew: Crew, events: readonly RunEvent[]): string[] {
  const scheduler = new Scheduler(crew);
  const isRow = events.some((event) => event.type === 'run.started' && event.batch !== undefined);
  const shared = new Set(isRow ? crew.pools.map(({ name }) => name) : []);
  let from = 0;
  for (const event of events) {
    if (isDecision(event, shared) && !decides(scheduler, event, from)) {
      const decided = JSON.stringify(scheduler.next(event.t));
      return [`line ${event.seq} is ${JSON.stringify(event)}, but the scheduler decides ${decided}`];
    }
    scheduler.apply(event);
    from = event.t;
  }
  return [];
}

/** @param shared pools that the rows of a batch share; the batch grants their units */
function isDecision(event: RunEvent, shared: ReadonlySet<string>): boolean {
  switch (event.type) {
    case 'resource.acquired':
      return !shared.has(event.resource);
    case 'task.ready':
    case 'task.failed':
    case 'task.skipped':
    case 'task.not_chosen':
    case 'task.cancelled':
    case 'attempt.started':
    case 'cache.asked':
    case 'review.asked':
    case 'run.finished':
      return true;
    default: // Also task.assigned: the scheduler emits it only if the manager did not assign the task.
      return false;
  }
}

/**
 * Whether the scheduler makes the decision at some time between the previous event and this one. Retries may become
 * due in between.
 */
function decides(scheduler: Scheduler, event: RunEvent, from: number): boolean {
  const { seq: _seq, t, ...said } = event;
  for (let at: number | null = from; at !== null && at <= t; at = laterWake(scheduler, at)) {
    if (isSame(scheduler.next(at), said)) return true;
  }
  return isSame(scheduler.next(t), said);
}

function laterWake(scheduler: Scheduler, at: number): number | null {
  const wake = scheduler.wakeAt();
  return wake !== null && wake > at ? wake : null;
}

function isSame(decided: object | null, said: object): boolean {
  const plain = (value: object) => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return decided !== null && plain(decided) === plain(said);
}

/** A call whose answer is in the journal. */
export interface AnsweredCall {
  request: number;
  task: string;
}

/** Every answered call in the journal. Calls inside a delegation are repeated with it. */
export async function answeredCalls({ dir, events }: Journal): Promise<AnsweredCall[]> {
  const calls = events.filter((event): event is EventOf<'llm.call'> => event.type === 'llm.call');
  const answered: AnsweredCall[] = [];
  for (const { task, blob, delegation } of calls) {
    const text = blob === undefined || delegation !== undefined ? null : await readBlob(dir, blob);
    const request = text === null ? null : requestOf(text);
    if (request !== null) answered.push({ request, task });
  }
  return answered;
}

/** Checks that no tool call in the journal was executed twice. */
function checkTools(events: readonly RunEvent[]): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const event of events) {
    if (event.type !== 'tool.call' || event.delegation !== undefined) continue;
    const key = `${event.task} ${event.turn ?? ''} ${event.call_id}`;
    if (seen.has(key)) problems.push(`tool call ${key} was executed again after its answer was journaled`);
    seen.add(key);
  }
  return problems;
}
