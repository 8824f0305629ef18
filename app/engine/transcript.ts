import { z } from 'zod';
import type { EventOf, RunEvent } from '../../shared/run/events.ts';
import { type Message, messageSchema, type SlotEvent } from '../../shared/slot/protocol.ts';
import { readBlob } from './read-journal.ts';

const toolBlobSchema = z.object({ arguments: z.string(), answer: z.string() });
type Turn = string | null;
const SENT_BACK = 'A person has read your answer and sends it back with this remark:';

/** The answered calls of every task's attempts, for the next attempt to go on from. Calls of co-workers do not belong. */
export class Transcripts {
  readonly #messages = new Map<string, Message[]>();
  /** Turns of an attempt that have had a model call: the prompt of the first is known anyway. */
  readonly #asked = new Set<string>();

  of(task: string, turn: Turn): readonly Message[] {
    return this.#messages.get(keyOf(task, turn)) ?? [];
  }

  /** A message of the engine's own, said before the next attempt. */
  say(task: string, turn: Turn, text: string): void {
    this.#push(task, turn, { role: 'user', content: text });
  }

  /** A person sent an answer back: it is the last thing that was said, and then the remark. */
  sendBack(task: string, turn: Turn, answer: string, remark: string): void {
    const last = this.of(task, turn).at(-1);
    const isSaid = last?.role === 'assistant' && !last.tool_calls?.length;
    if (!isSaid) this.#push(task, turn, { role: 'assistant', content: answer });
    this.say(task, turn, `${SENT_BACK}\n\n${remark}\n\nGive the finished result again, in full.`);
  }

  /** The task has ended: nothing goes on from it. */
  forget(task: string, turn: Turn): void {
    this.#messages.delete(keyOf(task, turn));
  }

  take(task: string, attempt: number, turn: Turn, event: SlotEvent): void {
    if (event.type === 'tool.call' && event.delegation === undefined) {
      this.#push(task, turn, { role: 'tool', tool_call_id: event.call_id, content: event.answer });
    } else if (event.type === 'llm.call' && event.delegation === undefined) {
      this.#takeCall(task, attempt, turn, event.prompt, event.message);
    }
  }

  #takeCall(task: string, attempt: number, turn: Turn, prompt: readonly Message[], answer: Message | null): void {
    if (answer === null) return;
    const asked = `${keyOf(task, turn)} ${attempt}`;
    const remarks = this.#asked.has(asked) ? prompt.filter((message) => message.role === 'user') : [];
    this.#asked.add(asked);
    for (const message of [...remarks, answer]) this.#push(task, turn, message);
  }

  #push(task: string, turn: Turn, message: Message): void {
    const key = keyOf(task, turn);
    const messages = this.#messages.get(key);
    if (messages) messages.push(message);
    else this.#messages.set(key, [message]);
  }
}

export interface TranscriptsRead {
  transcripts: Transcripts;
  /** Tasks of which something cannot be read: what stands before it counts alone, so that no call lacks its answer. */
  cut: string[];
}

/** Builds the transcripts of the tasks that have not ended from a journal and its blobs. */
export async function readTranscripts(
  dir: string,
  events: readonly RunEvent[],
  isOpen: (task: string) => boolean,
): Promise<TranscriptsRead> {
  const cut = new Set<string>();
  const transcripts = new Transcripts();
  const outputs = new Map<string, EventOf<'attempt.ended'>>();
  for (const event of events) {
    if (!('task' in event) || !isOpen(event.task)) continue;
    const { task } = event;
    if (event.type === 'attempt.ended' && event.result === 'ok') outputs.set(task, event);
    else if (event.type === 'llm.call' || event.type === 'tool.call') {
      if (!cut.has(task) && !(await takeCall(dir, transcripts, event))) cut.add(task);
    } else if (event.type === 'review.answered' && event.answer === 'sent_back') {
      const { turn = null, text = '', blob } = outputs.get(task) ?? {};
      const answer = blob === undefined ? text : await readBlob(dir, blob);
      if (answer === null) cut.add(task);
      if (cut.has(task)) transcripts.forget(task, turn);
      transcripts.sendBack(task, turn, answer ?? '', event.remark ?? '');
    }
  }
  return { transcripts, cut: [...cut] };
}

/** Whether it could be read. A call without a body had no answer. */
async function takeCall(dir: string, transcripts: Transcripts, event: Call): Promise<boolean> {
  if (event.blob === undefined) return true;
  const call = await slotEventOf(dir, event, event.blob);
  if (call) transcripts.take(event.task, event.attempt, event.turn ?? null, call);
  return call !== null;
}

type Call = Extract<RunEvent, { type: 'llm.call' | 'tool.call' }>;

async function slotEventOf(dir: string, event: Call, blob: string): Promise<SlotEvent | null> {
  if (event.type === 'tool.call') {
    const body = await readJson(dir, blob, toolBlobSchema);
    return body && { ...event, ...body };
  }
  const message = await readJson(dir, blob, messageSchema);
  const prompt = event.prompt_blob === undefined ? [] : await readJson(dir, event.prompt_blob, z.array(messageSchema));
  return message && prompt && { ...event, prompt, message };
}

async function readJson<Schema extends z.ZodType>(
  dir: string,
  blob: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const text = await readBlob(dir, blob);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function keyOf(task: string, turn: Turn): string {
  return `${task} ${turn ?? ''}`;
}
