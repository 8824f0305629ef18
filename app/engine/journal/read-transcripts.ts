import { z } from 'zod';
import { Transcripts, type Turn, type TurnOutput } from '../../../shared/control/turns/transcripts.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import type { EventOf, RunEvent } from '../../../shared/run/events.ts';
import { imageSchema } from '../../../shared/slot/image.ts';
import { messageSchema } from '../../../shared/slot/message.ts';
import type { SlotEvent } from '../../../shared/slot/slot-event.ts';
import { readBlob } from './read-journal.ts';

const toolBlobSchema = z.object({ arguments: z.string(), answer: z.string(), images: z.array(imageSchema).optional() });

export interface TranscriptsRead {
  transcripts: Transcripts;
  /** Tasks with an unreadable body. Only the calls before it count, so that no call lacks its answer. */
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
  const outputs = new Map<string, Map<Turn, EventOf<'attempt.ended'>>>();
  for (const event of events) {
    if (!('task' in event) || !isOpen(event.task)) continue;
    const { task } = event;
    if (event.type === 'attempt.ended' && event.result === 'ok') keepOutput(outputs, event);
    else if (event.type === 'llm.call' || event.type === 'tool.call') {
      if (!cut.has(task) && !(await takeCall(dir, transcripts, event))) cut.add(task);
    } else if (event.type === 'review.answered' && event.answer === 'sent_back') {
      const given: TurnOutput[] = [];
      for (const [turn, { text = '', blob }] of outputs.get(task) ?? []) {
        const answer = blob === undefined ? text : await readBlob(dir, blob);
        if (answer === null) cut.add(task);
        given.push({ turn, answer: answer ?? '' });
      }
      if (cut.has(task)) transcripts.forget(task);
      transcripts.sendBack(task, given, event.remark ?? '');
    }
  }
  return { transcripts, cut: [...cut] };
}

/** Keeps the end of an attempt that has an output. A vote has none. */
function keepOutput(outputs: Map<string, Map<Turn, EventOf<'attempt.ended'>>>, event: EventOf<'attempt.ended'>): void {
  if (event.text === undefined && event.blob === undefined) return;
  const known = outputs.get(event.task) ?? new Map<Turn, EventOf<'attempt.ended'>>();
  outputs.set(event.task, known.set(event.turn ?? null, event));
}

/** Returns whether the call could be read. A call without a body, or with an error, has no valid answer. */
async function takeCall(dir: string, transcripts: Transcripts, event: Call): Promise<boolean> {
  if (event.blob === undefined || (event.type === 'llm.call' && event.error)) return true;
  const call = await slotEventOf(dir, event, event.blob);
  if (call) transcripts.take(event.task, event.attempt, event.turn ?? null, call);
  return call !== null;
}

type Call = Extract<RunEvent, { type: 'llm.call' | 'tool.call' }>;

async function slotEventOf(dir: string, event: Call, blob: string): Promise<SlotEvent | null> {
  if (event.type === 'tool.call') {
    const body = await readJson(dir, blob, toolBlobSchema);
    return body && { ...event, ...body, images: body.images };
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
  return text === null ? null : (schema.safeParse(parseJson(text)).data ?? null);
}
