import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { ensureBuilt } from '../../../scripts/build-parts.mjs';
import { type FromSlot, fromSlotSchema, type ToSlot } from '../../../shared/slot/protocol.ts';
import type { SlotEvent } from '../../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../../shared/slot/slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from '../../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../../shared/slot/turn-key.ts';

const PATIENCE = { interval: 5 };

/** Builds the slot if its sources have changed; all test files share one build. @returns the built file */
export async function builtSlot(): Promise<string> {
  if (!(await ensureBuilt(['slot', 'documents', 'expressions'])))
    throw new Error('The slot cannot be built; see the messages above.');
  return join(resolve(import.meta.dirname, '..', '..', '..'), 'dist', 'node', 'slot.js');
}

type AnswerRequest = (request: SlotRequest) => SlotAnswer | null;

/**
 * A real slot process and the messages that it sent. This object replaces the host of the engine and answers requests
 * at once.
 */
export class SlotUnderTest {
  readonly said: FromSlot[] = [];
  readonly requests: SlotRequest[] = [];
  readonly child: ChildProcess;
  /** Null leaves a request open. */
  answering: AnswerRequest = () => ({ ok: true, text: 'permit-1' });

  readonly #submitted: TurnKey[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', this.#listener);
  }

  static start(file: string, execArgv: string[] = []): SlotUnderTest {
    return new SlotUnderTest(fork(file, [], { serialization: 'advanced', execArgv, env: {} }));
  }

  async ready(): Promise<this> {
    await expect.poll(() => this.said.map(({ type }) => type), PATIENCE).toContain('ready');
    return this;
  }

  /** Whether the process runs and every turn that it was given has an outcome. */
  get isIdle(): boolean {
    return this.#isRunning && this.#submitted.every((key) => this.outcomes(key).length > 0);
  }

  /**
   * Makes an idle slot forget its turns, as between two runs.
   * @returns the same process, with no recorded messages
   */
  async forgotten(): Promise<SlotUnderTest> {
    this.send({ type: 'forget' });
    await expect.poll(() => this.said.map(({ type }) => type), PATIENCE).toContain('forgotten');
    this.child.off('message', this.#listener);
    return new SlotUnderTest(this.child);
  }

  send(message: ToSlot): void {
    if (message.type === 'turn') this.#submitted.push(message.turn.key);
    this.child.send([message]);
  }

  async outcomeOf(key: TurnKey): Promise<SlotOutcome> {
    await expect.poll(() => this.outcomes(key).length, PATIENCE).toBeGreaterThan(0);
    return this.outcomes(key)[0] as SlotOutcome; // There is one, by the line above.
  }

  /** Returns every report of the outcome of the turn. */
  outcomes({ task, attempt }: TurnKey): SlotOutcome[] {
    return this.said.flatMap((message) =>
      message.type === 'outcome' && message.key.task === task && message.key.attempt === attempt
        ? [message.outcome]
        : [],
    );
  }

  events<Type extends SlotEvent['type']>(type: Type): Extract<SlotEvent, { type: Type }>[] {
    const ofType = (event: SlotEvent): event is Extract<SlotEvent, { type: Type }> => event.type === type;
    return this.said.flatMap((message) => (message.type === 'event' ? [message.event] : [])).filter(ofType);
  }

  requested<Kind extends SlotRequest['kind']>(kind: Kind): (SlotRequest & { kind: Kind })[] {
    const ofKind = (request: SlotRequest): request is SlotRequest & { kind: Kind } => request.kind === kind;
    return this.requests.filter(ofKind);
  }

  /** Ends the process in any state; resolves when it has ended. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!this.#isRunning) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  get #isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  readonly #listener = (raw: unknown): void => {
    for (const message of fromSlotSchema.array().parse(raw)) this.#hear(message);
  };

  #hear(message: FromSlot): void {
    this.said.push(message);
    if (message.type !== 'request') return;
    this.requests.push(message.request);
    const answer = this.answering(message.request);
    if (answer && this.child.connected) this.send({ type: 'answer', key: message.key, request: message.id, answer });
  }
}
