import { roleOf } from '../../run/consensus.ts';
import type { Message } from '../../slot/message.ts';
import type { SlotEvent } from '../../slot/slot-event.ts';

/** The number of messages before the transcript: the system prompt and the task. */
const GIVEN_MESSAGES = 2;
/** The turn's name; null if the attempt has only one turn. */
export type Turn = string | null;
type SlotCall = Extract<SlotEvent, { type: 'llm.call' | 'tool.call' }>;
const SENT_BACK = 'A person reviewed your answer and sends it back with this remark:';
const CHOSEN_SENT_BACK =
  'A person reviewed the chosen proposal, which may not be yours, and sends it back with this remark:';

/** The answered messages of one conversation with a model. */
interface Conversation {
  messages: Message[];
  /** The last attempt with an answered call. Its first call repeats the earlier messages. */
  attempt: number;
}

/** The answered conversations of one turn. */
interface TurnTranscript {
  own: Conversation;
  /** The conversations with coworkers and checking agents since the turn's agent's last answered call. */
  asides: Map<string, Conversation>;
}

/** The answered calls of every turn's attempts, from which the next attempt continues. */
export class Transcripts {
  readonly #tasks = new Map<string, Map<Turn, TurnTranscript>>();

  of(task: string, turn: Turn): readonly Message[] {
    return this.#tasks.get(task)?.get(turn)?.own.messages ?? [];
  }

  /** Returns the conversations inside a turn from which its next attempt may continue, by ID. */
  asidesOf(task: string, turn: Turn): Record<string, Message[]> {
    const asides = this.#tasks.get(task)?.get(turn)?.asides ?? [];
    return Object.fromEntries([...asides].map(([id, { messages }]) => [id, [...messages]]));
  }

  /** Adds a message of the engine before the next attempt. */
  say(task: string, turn: Turn, text: string): void {
    this.#kept(task, turn).own.messages.push({ role: 'user', content: text });
  }

  /** Adds the remark of a person who sent the result back after the answer of each turn, and discards all votes. */
  sendBack(task: string, given: readonly TurnOutput[], remark: string): void {
    for (const turn of this.#tasks.get(task)?.keys() ?? []) if (roleOf(turn)?.kind === 'vote') this.forget(task, turn);
    for (const { turn, answer } of given) {
      const { messages } = this.#kept(task, turn).own;
      const last = messages.at(-1);
      const isSaid = last?.role === 'assistant' && !last.tool_calls?.length;
      if (!isSaid) messages.push({ role: 'assistant', content: answer });
      const said = roleOf(turn) === null ? SENT_BACK : CHOSEN_SENT_BACK;
      this.say(task, turn, `${said}\n\n${remark}\n\nGive the complete result again.`);
    }
  }

  /** Discards the transcript of a turn, or of all turns of the task if none is named. */
  forget(task: string, turn?: Turn): void {
    if (turn === undefined) this.#tasks.delete(task);
    else this.#tasks.get(task)?.delete(turn);
  }

  take(task: string, attempt: number, turn: Turn, event: SlotEvent): void {
    if (event.type !== 'llm.call' && event.type !== 'tool.call') return;
    if (event.type === 'llm.call' && (event.message === null || event.error)) return;
    const transcript = this.#kept(task, turn);
    if (event.delegation === undefined) {
      transcript.asides.clear();
      takeCall(transcript.own, attempt, event);
      return;
    }
    const aside = transcript.asides.get(event.delegation) ?? newConversation();
    transcript.asides.set(event.delegation, aside);
    takeCall(aside, attempt, event);
  }

  #kept(task: string, turn: Turn): TurnTranscript {
    const turns = this.#tasks.get(task) ?? new Map<Turn, TurnTranscript>();
    this.#tasks.set(task, turns);
    const kept = turns.get(turn) ?? { own: newConversation(), asides: new Map() };
    turns.set(turn, kept);
    return kept;
  }
}

function newConversation(): Conversation {
  return { messages: [], attempt: 0 };
}

/** Adds an answered call. Of the messages sent, only the remarks since the last call are new. */
function takeCall(conversation: Conversation, attempt: number, event: SlotCall): void {
  const { messages } = conversation;
  if (event.type === 'tool.call') {
    const { call_id, answer, images } = event;
    messages.push({ role: 'tool', tool_call_id: call_id, content: answer, ...(images ? { images } : {}) });
    return;
  }
  if (event.message === null) return;
  const known = conversation.attempt === attempt ? 0 : GIVEN_MESSAGES + messages.length;
  conversation.attempt = attempt;
  messages.push(...event.prompt.slice(known).filter(({ role }) => role === 'user'), event.message);
}

/** The output of a turn, which is the last message of its transcript. */
export interface TurnOutput {
  turn: Turn;
  answer: string;
}
