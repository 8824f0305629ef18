import type { CachedResult, CacheLookup } from '../../../shared/control/base/cached-result.ts';
import type { TurnPlan } from '../../../shared/control/base/plan.ts';
import { guardrailsOf, judgesOf } from '../../../shared/crew/guardrails.ts';
import type { Task } from '../../../shared/crew/schema.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import { fileTaskOf } from '../../../shared/run/expansion/task-names.ts';
import type { ToolTexts } from '../../../shared/slot/turn-submission.ts';
import { writeOutputFile } from '../output-file.ts';
import type { TurnPlanner } from '../prompts/turn-planner.ts';
import type { CacheAccess, RunEnvironment } from '../request.ts';
import { systemClock } from '../run-clock.ts';
import { cacheKey } from './cache-key.ts';
import { CacheStore } from './cache-store.ts';
import { FileContents } from './file-contents.ts';

const MISSED: CacheLookup = { status: 'missed', key: null, changed: [] };

/** The run in which results are looked up. */
export type CachingRun = Pick<EventOf<'run.started'>, 'settings' | 'rehearsal' | 'anew'>;

/** The stored results of earlier runs, as one run uses them. An error costs one lookup or one entry, never the run. */
export class ResultCache {
  readonly #access: CacheAccess | null;
  readonly #store: CacheStore | null;
  readonly #contents: FileContents;
  readonly #environment: RunEnvironment;
  readonly #planner: TurnPlanner;
  readonly #run: CachingRun;
  #storing: Promise<unknown> = Promise.resolve();
  #stored = 0;

  constructor(environment: RunEnvironment, planner: TurnPlanner, run: CachingRun) {
    this.#access = environment.cache ?? null;
    this.#store = this.#access && new CacheStore(this.#access.folder);
    this.#contents = new FileContents(environment.workspace);
    this.#environment = environment;
    this.#planner = planner;
    this.#run = run;
  }

  /**
   * Looks a task up. `turns`: the turns with which its first attempt starts. A found result is written to the task's
   * `output_file`. A cache that cannot be read counts as empty.
   */
  lookUp(task: Task, turns: readonly TurnPlan[]): Promise<CacheLookup> {
    return this.#find(task, turns).catch((): CacheLookup => MISSED);
  }

  /** Stores a result. */
  store(key: string, result: CachedResult): void {
    const entry = { format: 'crewlane-cache/1' as const, ...result, wall_ms: Math.round(this.#wallMs()) };
    this.#stored += 1;
    // A full disk costs only the entry.
    this.#storing = Promise.all([this.#storing, this.#store?.put(key, entry).catch(() => undefined)]);
  }

  /** Resolves when all results are stored and the cache is within its size limit. */
  async close(): Promise<void> {
    await this.#storing;
    if (this.#stored > 0) await this.#store?.trim().catch(() => undefined);
  }

  async #find(task: Task, turns: readonly TurnPlan[]): Promise<CacheLookup> {
    if (!this.#store) return MISSED;
    const tools = await this.#toolTexts(turns);
    const key = { hash: await this.#keyOf(task, turns, tools), tools };
    const missed: CacheLookup = { status: 'missed', key, changed: [] };
    if (this.#run.anew?.includes(fileTaskOf(task.name))) return missed;
    const entry = await this.#store.get(key.hash);
    if (!entry || entry.rehearsal !== this.#run.rehearsal) return missed;
    const changed = await this.#contents.changed(entry.files);
    if (changed.length > 0) return { ...missed, changed };
    const { output_file: file } = task;
    const { workspace } = this.#environment;
    if (file !== undefined && !(await writeOutputFile(workspace, file, entry.text)).ok) return missed;
    await this.#store.used(key.hash, this.#wallMs());
    return { status: 'hit', key, result: entry, shortened: turns[0]?.shortened ?? [] };
  }

  async #toolTexts(turns: readonly TurnPlan[]): Promise<ToolTexts> {
    const agents = turns.flatMap(({ submission: { agent, coworkers } }) => [agent, ...coworkers]);
    const names = new Set(agents.flatMap(({ tools }) => tools));
    const { workspace, crew } = this.#environment;
    return (await this.#access?.describeTools([...names], workspace, crew.databases)) ?? {};
  }

  async #keyOf(task: Task, turns: readonly TurnPlan[], tools: ToolTexts): Promise<string> {
    const { crew, versions } = this.#environment;
    const managers = turns.flatMap(({ submission }) => submission.manager?.agent ?? []);
    const checkers = [...judgesOf(task).flatMap((agent) => this.#planner.agent(agent) ?? []), ...managers];
    const version = versions['crewlane'] ?? '';
    const files = new Set(turns.flatMap(({ submission }) => submission.attachments ?? []));
    const attachments = await Promise.all(
      [...files].map(async (file) => [file, await this.#contents.sha256(file)] as const),
    );
    const agents = turns.flatMap(({ submission: { agent, coworkers } }) =>
      [agent, ...coworkers].map(({ name }) => name),
    );
    const knowledge = (await this.#environment.knowledgeHash?.(agents)) ?? null;
    return cacheKey({
      turns: turns.map(({ submission }) => submission),
      tools,
      guardrails: guardrailsOf(task),
      checkers,
      servers: crew.mcp_servers,
      version,
      attachments,
      knowledge: knowledge === null ? null : [knowledge, crew.settings.knowledge ?? null],
    });
  }

  #wallMs(): number {
    return (this.#environment.clock ?? systemClock).wallMs();
  }
}
