import { cacheMode } from '../../../shared/crew/cache.ts';
import type { Crew, Task } from '../../../shared/crew/schema.ts';
import { INSIDE_TOOLS } from '../../../shared/crew/tools.ts';
import { managerOf } from '../../../shared/run/assignment.ts';
import { turnNameOf } from '../../../shared/run/consensus.ts';
import type { EventOf, RunEvent } from '../../../shared/run/events.ts';
import { resultCostOf } from '../../../shared/run/result-cost.ts';
import { filesBehind } from '../../../shared/run/source-files.ts';
import type { TaskState } from '../../../shared/run/state.ts';
import type { ToolTexts } from '../../../shared/slot/protocol.ts';
import type { Effects } from '../effect.ts';
import { readBlob } from '../journal/read-journal.ts';
import type { Recorder } from '../journal/recorder.ts';
import { writeOutputFile } from '../output-file.ts';
import type { Dispatcher, TurnToStart } from '../prompts/dispatch.ts';
import type { CacheAccess } from '../request.ts';
import type { Clock } from '../run-clock.ts';
import { startedOf } from '../run-facts.ts';
import type { Completion } from '../turns/completion.ts';
import { cacheKey } from './cache-key.ts';
import { type CacheEntry, CacheStore } from './cache-store.ts';
import { FileContents } from './file-contents.ts';

export interface CacheDeps {
  dir: string;
  crew: Crew;
  workspace: string;
  /** Null disables the cache, whatever the crew file sets. */
  access: CacheAccess | null;
  version: string;
  recorder: Recorder;
  dispatcher: Dispatcher;
  completion: Completion;
  /** The tool descriptions that were part of a task's cache key. Its turns must send the same ones. */
  toolTexts: Map<string, ToolTexts>;
  clock: Clock;
  effects: Effects;
}

/** The result of a lookup. */
export type CacheLookup =
  | { status: 'hit'; entry: CacheEntry; shortened: readonly string[] }
  | { status: 'missed'; changed: readonly string[] };

/**
 * The stored results of earlier runs. A task is looked up before it starts, and its result is
 * stored once its event is flushed. An error costs one lookup or one entry, never the run.
 */
export class ResultCache {
  readonly #deps: CacheDeps;
  readonly #store: CacheStore | null;
  readonly #contents: FileContents;
  readonly #tasks: ReadonlyMap<string, Task>;
  /** The cache keys of the tasks that had a miss or are being looked up. */
  readonly #keys = new Map<string, string>();
  readonly #looking = new Set<string>();
  #storing: Promise<unknown> = Promise.resolve();
  #stored = 0;

  constructor(deps: CacheDeps) {
    this.#deps = deps;
    this.#store = deps.access && new CacheStore(deps.access.folder);
    this.#contents = new FileContents(deps.workspace);
    this.#tasks = new Map(deps.crew.tasks.map((task) => [task.name, task]));
    deps.recorder.subscribe((events) => this.#flushed(events));
  }

  /** Whether a lookup is in progress. */
  get busy(): boolean {
    return this.#looking.size > 0;
  }

  /** Requests the lookup of a task. */
  asked(task: string): void {
    this.#looking.add(task);
    this.#deps.effects.add({ type: 'lookUpCache', task });
  }

  /** Looks a task up. A cache that cannot be read counts as empty. */
  lookUp(task: string): Promise<CacheLookup> {
    return this.#find(task).catch((): CacheLookup => NOTHING);
  }

  /** Handles a finished lookup. `isOver`: the run is about to end, so the result is too late. */
  lookedUp(task: string, lookup: CacheLookup, isOver: boolean): void {
    this.#looking.delete(task);
    const comesTooLate = isOver || this.#deps.recorder.state.tasks.get(task)?.status !== 'pending';
    if (!comesTooLate) this.#report(task, lookup);
  }

  /** Resolves when all results are stored and the cache is within its size limit. */
  async close(): Promise<void> {
    await this.#storing;
    if (this.#stored > 0) await this.#store?.trim().catch(() => undefined);
  }

  #report(name: string, lookup: CacheLookup): void {
    const { recorder, completion } = this.#deps;
    if (lookup.status === 'hit') {
      const { run, took, text, agent, files } = lookup.entry;
      const nobody = recorder.state.tasks.get(name)?.agent === null;
      // For a consensual task: the agent whose proposal won.
      if (nobody && agent !== null) recorder.emit({ type: 'task.assigned', task: name, agent });
      completion.complete(name, text, { shortened: lookup.shortened, cached: run, took, files });
    } else {
      const changed = lookup.changed.length > 0 ? { changed: [...lookup.changed] } : {};
      recorder.emit({ type: 'cache.missed', task: name, ...changed });
    }
  }

  async #find(name: string): Promise<CacheLookup> {
    const { recorder, workspace, clock } = this.#deps;
    const task = this.#tasks.get(name);
    const state = recorder.state.tasks.get(name);
    if (!this.#store || !task || !state) return NOTHING;
    const { key, tools, shortened } = await this.#keyOf(task, state);
    this.#keys.set(name, key);
    this.#deps.toolTexts.set(name, tools);
    if (startedOf(recorder.state).anew?.includes(name)) return NOTHING;
    const entry = await this.#store.get(key);
    if (!entry || entry.rehearsal !== startedOf(recorder.state).rehearsal) return NOTHING;
    const changed = await this.#contents.changed(entry.files);
    if (changed.length > 0) return { status: 'missed', changed };
    const { output_file: file } = task;
    if (file !== undefined && !(await writeOutputFile(workspace, file, entry.text)).ok) return NOTHING;
    await this.#store.used(key, clock.wallMs());
    return { status: 'hit', entry, shortened };
  }

  async #keyOf(task: Task, state: TaskState): Promise<{ key: string; tools: ToolTexts; shortened: readonly string[] }> {
    const { access, dispatcher, workspace, crew, version } = this.#deps;
    const dispatched = firstTurns(crew, task, state).map((turn) => dispatcher.submission(turn));
    const turns = dispatched.map(({ submission }) => submission);
    const names = turns.flatMap(({ agent, coworkers }) => [agent, ...coworkers].flatMap(({ tools }) => tools));
    const tools = (await access?.describeTools([...new Set(names)], workspace)) ?? {};
    const { guardrail } = task;
    const judge = guardrail && 'agent' in guardrail ? guardrail.agent : null;
    const manager = crew.settings.manager_review ? managerOf(crew) : null;
    const checkers = [judge, manager].flatMap((agent) => (agent === null ? [] : (dispatcher.agent(agent) ?? [])));
    const key = cacheKey({ turns, tools, guardrail, checkers, version });
    return { key, tools, shortened: dispatched[0]?.shortened ?? [] };
  }

  #flushed(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'task.completed') this.#completed(event);
      else if ('task' in event && endsTask(event)) this.#forget(event.task);
    }
  }

  #completed(event: EventOf<'task.completed'>): void {
    const key = this.#keys.get(event.task);
    this.#forget(event.task);
    const task = this.#tasks.get(event.task);
    const state = this.#deps.recorder.state.tasks.get(event.task);
    if (key === undefined || !task || !state || event.cached !== undefined || !this.#mayStore(task, state)) return;
    this.#stored += 1;
    this.#storing = Promise.all([
      this.#storing,
      this.#put(key, event, state).catch(() => undefined), // A full disk costs only the entry.
    ]);
  }

  #forget(task: string): void {
    this.#keys.delete(task);
    this.#deps.toolTexts.delete(task);
  }

  /** Whether the result may be cached. If it depends on more than its prompt and files, the task must permit it. */
  #mayStore(task: Task, state: TaskState): boolean {
    if (cacheMode(this.#deps.crew, task) !== 'read_write' || state.degraded || state.edited) return false;
    return task.cache === 'read_write' || !reachedOut(state);
  }

  async #put(key: string, event: EventOf<'task.completed'>, state: TaskState): Promise<void> {
    const { recorder, crew, dir, clock } = this.#deps;
    const text = event.blob === undefined ? (event.text ?? '') : await readBlob(dir, event.blob);
    const started = startedOf(recorder.state);
    if (text === null) return;
    await this.#store?.put(key, {
      format: 'crewlane-cache/1',
      task: event.task,
      crew: crew.name,
      agent: state.agent,
      model: state.turns.flatMap((turn) => turn.calls).at(-1)?.model ?? '',
      rehearsal: started.rehearsal,
      run: started.run,
      wall_ms: Math.round(clock.wallMs()),
      text,
      took: resultCostOf(state),
      files: filesBehind(state),
    });
  }
}

const NOTHING: CacheLookup = { status: 'missed', changed: [] };

/** Returns the turns with which the task's first attempt starts. */
function firstTurns(crew: Crew, task: Task, { agent, council }: TaskState): TurnToStart[] {
  const of = { task: task.name, attempt: 1 };
  if (crew.process !== 'consensual') return [{ ...of, agent: agent ?? '' }];
  return council.map((name) => ({ ...of, agent: name, turn: turnNameOf({ kind: 'propose', agent: name }) }));
}

/** Whether the tool reaches outside the workspace and the run, calls a coworker, or depends on which files exist. */
function reachedOut({ turns }: TaskState): boolean {
  const tools = turns.flatMap((turn) => turn.tools);
  return (
    turns.some((turn) => turn.delegations.some(({ judges }) => judges === null)) ||
    tools.some(({ name, rehearsed, measured }) => (!rehearsed && !INSIDE_TOOLS.has(name)) || measured?.listing === true)
  );
}

function endsTask({ type }: RunEvent): boolean {
  return type === 'task.failed' || type === 'task.skipped' || type === 'task.not_chosen' || type === 'task.cancelled';
}
