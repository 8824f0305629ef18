import type { ConditionResult, FilterResult } from '../../expressions/evaluate-expression.ts';
import type { EventDraft } from '../../run/events.ts';
import type { Candidate } from '../../scheduler/decide.ts';
import type { SlotListener, SlotSample } from '../../slot/host.ts';
import type { SlotEvent } from '../../slot/slot-event.ts';
import type { SlotOutcome } from '../../slot/slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from '../../slot/slot-request.ts';
import type { TurnKey } from '../../slot/turn-key.ts';
import type { CacheLookup } from './cached-result.ts';
import type { Command, CommandResult } from './command.ts';
import type { WriteId } from './effect.ts';
import type { Union } from './machine.ts';
import type { FreedBy, Room } from './shared-resources.ts';

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
  /** `message`: what happened, where, and what to do. */
  'journal.failed': { message: string };
  /** `id`: the number of the reply to this command; null: it has no reply. */
  command: { id: number | null; command: Command };
  'file.written': { id: WriteId; result: CommandResult };
  'tools.answered': { key: TurnKey; id: string; answer: SlotAnswer };
  'condition.evaluated': { task: string; of: 'when' | 'until'; result: ConditionResult };
  'items.filtered': { task: string; result: FilterResult };
  /** A server of the crew was started, has ended, or did not start. */
  'server.reported': { event: ServerEvent };
  'cache.lookedUp': { task: string; lookup: CacheLookup };
  /** From the other rows of a batch. */
  'slot.granted': { slot: number; candidate: Candidate; from: FreedBy | null };
  'lease.granted': { id: string };
  'pool.room': { room: Room };
}>;

export type ServerEvent = Extract<EventDraft, { type: 'mcp.started' | 'mcp.exited' | 'knowledge.indexed' }>;

/** The input of one type. */
export type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

type ExitReason = Parameters<SlotListener['slotExited']>[2];
