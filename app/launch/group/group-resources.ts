import type { LimitsBefore } from '../../../shared/control/limits/limit-actions.ts';
import { limitSettings } from '../../../shared/control/limits/settings.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { spentTokens, spentUsd } from '../../../shared/run/budget.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { BatchResources } from '../../engine/batch/share.ts';
import { SharedLimits } from '../../engine/batch/shared-limits.ts';
import { SlotBroker } from '../../engine/batch/slot-broker.ts';

/** The resources of one row while it is in progress. */
export interface RowResources {
  host: SlotHost;
  /** What the row shares with other rows; null: its slots, limits and budget are its own. */
  share: BatchResources | null;
  /** Called when the row has ended. */
  leave(): void;
}

/** The slots of a group, and what else its rows share. */
export interface GroupResources {
  start(): void;
  /** Whether a slot is free that no running row can use. */
  readonly isIdle: boolean;
  /** Returns the cost of all rows so far, in US dollars. `running` are the states of the rows in progress. */
  spentUsd(running: readonly RunState[]): number;
  /** Returns the tokens of all rows so far. */
  spentTokens(running: readonly RunState[]): number;
  /** Returns the resources for the run of a row. */
  join(row: number, run: string): RowResources;
  setSlots(count: number): void;
  /** Ends all slots. Resolves when their processes have exited. */
  end(): Promise<void>;
}

/** The resources of a run that is alone: its engine uses the host, the limits and the budget directly. */
export class OwnResources implements GroupResources {
  readonly isIdle = false;
  readonly #host: SlotHost;

  constructor(host: SlotHost) {
    this.#host = host;
  }

  start(): void {}

  spentUsd(running: readonly RunState[]): number {
    return running.reduce((sum, state) => sum + spentUsd(state), 0);
  }

  spentTokens(running: readonly RunState[]): number {
    return running.reduce((sum, state) => sum + spentTokens(state), 0);
  }

  join(): RowResources {
    return { host: this.#host, share: null, leave: () => undefined };
  }

  setSlots(): void {}

  end(): Promise<void> {
    return this.#host.stop();
  }
}

export interface SharedResourcesDeps {
  host: SlotHost;
  crew: Crew;
  slots: number;
  startedAtMonotonicMs: number;
  /** Amount in US dollars that earlier processes spent. */
  spentUsd: number;
  /** Tokens that earlier processes used. */
  spentTokens: number;
  /** Rate-limit state left by earlier processes, one for each row, in batch time (ms). */
  limitsBefore: readonly LimitsBefore[];
  /** Called when slots that no row can use may have become idle. */
  onIdle: () => void;
}

/** The resources that the rows of a batch share: slots granted per turn, rate limits and the budget. */
export class SharedResources implements GroupResources {
  readonly #startedAtMonotonicMs: number;
  readonly #broker: SlotBroker;
  readonly #limits: SharedLimits;
  #spentUsd: number;
  #spentTokens: number;

  constructor(deps: SharedResourcesDeps) {
    const { host, crew, slots, startedAtMonotonicMs, spentUsd, spentTokens, limitsBefore, onIdle } = deps;
    this.#startedAtMonotonicMs = startedAtMonotonicMs;
    this.#spentUsd = spentUsd;
    this.#spentTokens = spentTokens;
    this.#broker = new SlotBroker(host, crew, slots, onIdle);
    this.#limits = new SharedLimits(slots, limitSettings(crew), () => performance.now() - startedAtMonotonicMs);
    for (const before of limitsBefore) this.#limits.restore(before);
  }

  start(): void {
    this.#broker.start();
  }

  get isIdle(): boolean {
    return this.#broker.isIdle;
  }

  spentUsd(): number {
    return this.#spentUsd;
  }

  spentTokens(): number {
    return this.#spentTokens;
  }

  join(row: number, run: string): RowResources {
    const { host, slots } = this.#broker.row(row, run);
    let leaveLimits: () => void = () => undefined;
    const share: BatchResources = {
      startedAtMonotonicMs: this.#startedAtMonotonicMs,
      slots,
      limits: (one) => {
        const joined = this.#limits.join(one);
        leaveLimits = joined.leave;
        return joined.limits;
      },
      spend: (usd) => {
        this.#spentUsd += usd;
        return this.#spentUsd;
      },
      spendTokens: (count) => {
        this.#spentTokens += count;
        return this.#spentTokens;
      },
    };
    return { host, share, leave: () => leaveLimits() };
  }

  setSlots(count: number): void {
    this.#broker.resize(count);
    this.#limits.setSlots(count);
  }

  async end(): Promise<void> {
    this.#limits.end();
    await this.#broker.stop();
  }
}
