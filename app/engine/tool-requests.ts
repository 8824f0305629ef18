import type { Effect } from '../../shared/control/base/effect.ts';
import type { Input } from '../../shared/control/base/input.ts';
import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import { turnKeyText } from '../../shared/slot/turn-key.ts';
import type { MainTools, ServerReport } from '../base/main-tools.ts';
import { messageOf } from '../base/system-error.ts';
import type { Replay } from './recording/replay.ts';
import type { RunEnvironment } from './request.ts';

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/**
 * The requests of a run's turns to find and call tools in this process, and to find recorded answers. The tools are
 * opened at the first request for one.
 */
export class ToolRequests {
  readonly #environment: Pick<RunEnvironment, 'openTools' | 'workspace'>;
  readonly #redact: (text: string) => string;
  readonly #receive: (input: Input) => void;
  readonly #replay: Replay | null;
  readonly #open = new Map<string, AbortController>();
  #tools: MainTools | null = null;

  constructor(
    environment: Pick<RunEnvironment, 'openTools' | 'workspace'>,
    redact: (text: string) => string,
    replay: Replay | null,
    receive: (input: Input) => void,
  ) {
    this.#environment = environment;
    this.#redact = redact;
    this.#replay = replay;
    this.#receive = receive;
  }

  find({ key, id, names }: EffectOf<'findTools'>): void {
    void this.#answer(key, id, (signal) => this.#work((tools) => tools.find(names, signal)));
  }

  call({ key, id, call }: EffectOf<'callTool'>): void {
    const of = { run: key.run, task: key.task };
    void this.#answer(key, id, (signal) => this.#work((tools) => tools.call({ ...call, of }, signal)));
  }

  findRecorded({ key, id, request }: EffectOf<'findRecorded'>): void {
    const none = { ok: false, text: 'This run does not replay a recording.' };
    void this.#answer(key, id, async (signal) => this.#replay?.find(request, signal).catch(() => none) ?? none);
  }

  cancel({ key, id }: EffectOf<'cancelTools'>): void {
    this.#open.get(requestText(key, id))?.abort();
  }

  /** Ends what is open, and resolves when no process of a tool is left. */
  async close(): Promise<void> {
    for (const request of this.#open.values()) request.abort();
    await this.#tools?.close();
  }

  async #answer(key: TurnKey, id: string, answerTo: (signal: AbortSignal) => Promise<SlotAnswer>): Promise<void> {
    const request = new AbortController();
    this.#open.set(requestText(key, id), request);
    const answer = await answerTo(request.signal);
    this.#open.delete(requestText(key, id));
    this.#receive({ type: 'tools.answered', key, id, answer });
  }

  async #work(work: (tools: MainTools) => Promise<SlotAnswer>): Promise<SlotAnswer> {
    try {
      this.#tools ??= this.#replay?.tools() ?? this.#openTools();
      if (this.#tools === null) return { ok: false, text: 'Tools of the crew are not available here.' };
      return await work(this.#tools);
    } catch (error) {
      return { ok: false, text: `The tool failed: ${messageOf(error)}` };
    }
  }

  #openTools(): MainTools | null {
    const { openTools, workspace } = this.#environment;
    const report: ServerReport = (event) => this.#receive({ type: 'server.reported', event });
    return openTools?.(report, workspace, this.#redact) ?? null;
  }
}

function requestText(key: TurnKey, id: string): string {
  return `${turnKeyText(key)} ${id}`;
}
