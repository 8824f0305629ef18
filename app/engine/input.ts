import type { Union } from '../../shared/control/base/machine.ts';
import type { Candidate } from '../../shared/scheduler/decide.ts';
import type { SlotListener, SlotSample } from '../../shared/slot/host.ts';
import type { SlotEvent, SlotOutcome, SlotRequest, TurnKey } from '../../shared/slot/protocol.ts';
import type { FreedBy } from './batch/share.ts';
import type { Room } from './batch/unit-ledger.ts';
import type { CacheLookup } from './cache/cache.ts';
import type { WriteId } from './effect.ts';
import type { WriteResult } from './output-file.ts';
import type { InterruptReason, ReviewAnswer } from './request.ts';

/** A command to a run, from a person or from its process. */
export type Command = Union<{
  pause: object;
  unpause: object;
  stop: object;
  interrupt: { reason: InterruptReason };
  setSlots: { count: number };
  setBudget: { usd: number };
  answerReview: { task: string; answer: ReviewAnswer };
}>;

/** An input of a run's controller. */
export type Input = Union<{
  'slot.started': { slot: number; where: string };
  'slot.ready': { slot: number; where: string; ms: number };
  'slot.exited': { slot: number; where: string; reason: ExitReason; detail: string | undefined };
  'slot.sampled': { samples: readonly SlotSample[] };
  'turn.event': { key: TurnKey; number: number; event: SlotEvent };
  'turn.request': { key: TurnKey; id: string; request: SlotRequest };
  'turn.requestCancelled': { key: TurnKey; id: string };
  /** `random`: from 0 (inclusive) to 1 (exclusive), for the jitter of a retry. */
  'turn.ended': { key: TurnKey; outcome: SlotOutcome; random: number };
  /** The slots have been started. */
  begin: object;
  /** The wake time of the controller has passed. */
  timer: object;
  /** A decision may be due. */
  continue: object;
  'journal.failed': { message: string };
  /** `id`: the number of the reply to this command; null: it has no reply. */
  command: { id: number | null; command: Command };
  'file.written': { id: WriteId; result: WriteResult };
  'cache.lookedUp': { task: string; lookup: CacheLookup };
  /** From the other rows of a batch. */
  'slot.granted': { slot: number; candidate: Candidate; from: FreedBy | null };
  'lease.granted': { id: string };
  'pool.room': { room: Room };
}>;

type ExitReason = Parameters<SlotListener['slotExited']>[2];
