import type { Crew } from '../../crew/schema.ts';
import type { Retries as RetrySettings } from '../../crew/settings-schema.ts';
import type { EventDraft } from '../../run/events.ts';
import { type AfterFailure, Retries } from '../retries/retries.ts';
import type { SimulatedFailure } from './simulation.ts';
import type { VirtualTurn } from './virtual-task.ts';

/** The jitter of every backoff: the mean of the random numbers that the engine draws. */
const JITTER = 0.5;

/** The attempts of a simulation that fail. The engine's rules for retries decide what follows each of them. */
export class FailedAttempts {
  readonly #failures: Readonly<Record<string, readonly SimulatedFailure[]>>;
  readonly #settings: ReadonlyMap<string, RetrySettings>;
  readonly #default: RetrySettings;
  readonly #retries = new Retries();

  constructor(crew: Crew, failures: Readonly<Record<string, readonly SimulatedFailure[]>>) {
    this.#failures = failures;
    this.#default = crew.settings.retries;
    this.#settings = new Map(crew.tasks.flatMap(({ name, retries }) => (retries ? [[name, retries] as const] : [])));
  }

  /** Takes an event of the run into account. */
  reduce(event: EventDraft, t: number): void {
    this.#retries.reduce(event, t);
  }

  /** Returns how an attempt fails; null if it succeeds. */
  failureOf(task: string, attempt: number): SimulatedFailure | null {
    return this.#failures[task]?.[attempt - 1] ?? null;
  }

  /** Returns what follows a turn that fails at run time `t`. */
  afterFailure({ task: { graph }, name }: VirtualTurn, failure: SimulatedFailure['failure'], t: number): AfterFailure {
    const settings = this.#settings.get(graph.name) ?? this.#default;
    const failed = { failure, crashed: resultOf(failure.kind) === 'crash', t, random: JITTER };
    return this.#retries.afterFailure({ task: graph.name, turn: name }, settings, failed);
  }
}

/** Returns the result of an attempt that fails in this way. */
export function resultOf(kind: SimulatedFailure['failure']['kind']): 'error' | 'timeout' | 'crash' {
  if (kind === 'timeout') return 'timeout';
  return kind === 'crash' || kind === 'memory' ? 'crash' : 'error';
}
