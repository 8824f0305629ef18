import { type ChildProcess, fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bundle } from '../../../scripts/bundle.mjs';
import {
  type FromSlot,
  fromSlotSchema,
  type SlotAnswer,
  type SlotEvent,
  type SlotOutcome,
  type SlotRequest,
  type ToSlot,
  type TurnKey,
} from '../../../shared/slot/protocol.ts';
import { bundleFolder } from '../../testing/bundle-folder.ts';

const PATIENCE = { interval: 5 };

/** The slot's entry as it is built, in a folder of its own inside the repository. */
export async function bundleSlot(): Promise<{ file: string; remove(): Promise<void> }> {
  const folder = await bundleFolder('slot');
  await bundle(folder, { slot: 'app/slot/slot.ts' });
  return { file: join(folder, 'slot.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}

type Answering = (request: SlotRequest) => SlotAnswer | null;

/** A real slot process and what it has said. It stands where the engine's host does, and answers requests at once. */
export class SlotUnderTest {
  readonly said: FromSlot[] = [];
  readonly requests: SlotRequest[] = [];
  readonly child: ChildProcess;
  /** Null leaves a request open. */
  answering: Answering = () => ({ ok: true, text: 'permit-1' });

  constructor(file: string, execArgv: string[] = []) {
    this.child = fork(file, [], { serialization: 'advanced', execArgv, env: {} });
    this.child.on('message', (raw) => {
      for (const message of fromSlotSchema.array().parse(raw)) this.#hear(message);
    });
  }

  async ready(): Promise<this> {
    await expect.poll(() => this.said.map(({ type }) => type), PATIENCE).toContain('ready');
    return this;
  }

  send(message: ToSlot): void {
    this.child.send([message]);
  }

  async outcomeOf(key: TurnKey): Promise<SlotOutcome> {
    await expect.poll(() => this.outcomes(key).length, PATIENCE).toBeGreaterThan(0);
    return this.outcomes(key)[0] as SlotOutcome; // There is one, by the line above.
  }

  /** Every time that the turn's outcome was said. */
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

  requested<Kind extends SlotRequest['kind']>(kind: Kind): Extract<SlotRequest, { kind: Kind }>[] {
    const ofKind = (request: SlotRequest): request is Extract<SlotRequest, { kind: Kind }> => request.kind === kind;
    return this.requests.filter(ofKind);
  }

  /** Ends it, however it is; resolves when it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #hear(message: FromSlot): void {
    this.said.push(message);
    if (message.type !== 'request') return;
    this.requests.push(message.request);
    const answer = this.answering(message.request);
    if (answer && this.child.connected) this.send({ type: 'answer', key: message.key, request: message.id, answer });
  }
}
