import type { Effect } from '../../shared/control/base/effect.ts';
import type { Input } from '../../shared/control/base/input.ts';
import type { SlotAnswer, TurnKey } from '../../shared/slot/protocol.ts';
import { turnKeyText } from '../../shared/slot/protocol.ts';
import type { MainTools } from '../base/main-tools.ts';
import { messageOf } from '../base/system-error.ts';
import type { RunEnvironment } from './request.ts';

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/** The requests of a run's turns to find and call tools in this process. The tools are opened at the first one. */
export class ToolRequests {
  readonly #environment: Pick<RunEnvironment, 'openTools'>;
  readonly #receive: (input: Input) => void;
  readonly #open = new Map<string, AbortController>();
  #tools: MainTools | null = null;

  constructor(environment: Pick<RunEnvironment, 'openTools'>, receive: (input: Input) => void) {
    this.#environment = environment;
    this.#receive = receive;
  }

  find({ key, id, names }: EffectOf<'findTools'>): void {
    void this.#answer(key, id, (tools, signal) => tools.find(names, signal));
  }

  call({ key, id, call }: EffectOf<'callTool'>): void {
    void this.#answer(key, id, (tools, signal) => tools.call(call, signal));
  }

  cancel({ key, id }: EffectOf<'cancelTools'>): void {
    this.#open.get(requestText(key, id))?.abort();
  }

  /** Ends what is open, and resolves when no process of a tool is left. */
  async close(): Promise<void> {
    for (const request of this.#open.values()) request.abort();
    await this.#tools?.close();
  }

  async #answer(
    key: TurnKey,
    id: string,
    work: (tools: MainTools, signal: AbortSignal) => Promise<SlotAnswer>,
  ): Promise<void> {
    const request = new AbortController();
    this.#open.set(requestText(key, id), request);
    const answer = await this.#work(work, request.signal);
    this.#open.delete(requestText(key, id));
    this.#receive({ type: 'tools.answered', key, id, answer });
  }

  async #work(
    work: (tools: MainTools, signal: AbortSignal) => Promise<SlotAnswer>,
    signal: AbortSignal,
  ): Promise<SlotAnswer> {
    try {
      this.#tools ??=
        this.#environment.openTools?.((event) => this.#receive({ type: 'server.reported', event })) ?? null;
      if (this.#tools === null) return { ok: false, text: 'Tools of the crew are not available here.' };
      return await work(this.#tools, signal);
    } catch (error) {
      return { ok: false, text: `The tool failed: ${messageOf(error)}` };
    }
  }
}

function requestText(key: TurnKey, id: string): string {
  return `${turnKeyText(key)} ${id}`;
}
