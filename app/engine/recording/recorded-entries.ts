import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import {
  type LlmAnswer,
  type PersonRequest,
  promptPassagesRequest,
  type RecordedPersonAnswer,
  type RecordingEntry,
  recordedCallSchema,
  toolAnswerSchema,
} from '../../../shared/recording/recording.ts';
import type { EventOf, RunEvent } from '../../../shared/run/events.ts';
import { recordingKey } from '../../base/recording-key.ts';

type Unnumbered = Pick<RecordingEntry, 'kind' | 'request' | 'answer' | 'ms'>;
type ReadText = (blob: string) => Promise<string | null>;

const toolBlobSchema = z.object({ arguments: z.string(), answer: z.string(), images: toolAnswerSchema.shape.images });

/**
 * Returns the entries of a recording from the events of a run, in their order. `readBlob` returns the text of a blob, or
 * null. A call whose blob cannot be read is left out.
 */
export async function recordedEntries(events: readonly RunEvent[], readBlob: ReadText): Promise<RecordingEntry[]> {
  const run = new RecordedRun(events, readBlob);
  const counts = new Map<string, number>();
  const entries: RecordingEntry[] = [];
  for (const event of events) {
    const entry = await run.entryOf(event);
    if (entry === null) continue;
    const key = recordingKey(entry.request);
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    // The parts of an entry belong to the same kind. The compiler cannot see that once they are joined with key and n.
    entries.push({
      kind: entry.kind,
      key,
      n,
      request: entry.request,
      answer: entry.answer,
      ms: entry.ms,
    } as RecordingEntry);
  }
  return entries;
}

/** Makes entries of events. Some need an event before or after them. */
class RecordedRun {
  readonly #events: readonly RunEvent[];
  readonly #read: ReadText;
  /** When a review or question was asked, and its request, by task and ID. */
  readonly #asked = new Map<string, { t: number; request: PersonRequest }>();

  constructor(events: readonly RunEvent[], read: ReadText) {
    this.#events = events;
    this.#read = read;
  }

  /** Returns the content of a blob; null if it is damaged, or if redaction changed the names of its fields. */
  async #blob<Value>(blob: string | undefined, schema: z.ZodType<Value>): Promise<Value | null> {
    const text = blob === undefined ? null : await this.#read(blob);
    return text === null ? null : (schema.safeParse(parseJson(text)).data ?? null);
  }

  async entryOf(event: RunEvent): Promise<Unnumbered | null> {
    switch (event.type) {
      case 'llm.call':
        return this.#call(event);
      case 'tool.call':
        return this.#tool(event);
      case 'knowledge.used':
        return event.by === 'tool' ? null : this.#passages(event, event.by);
      case 'review.asked':
      case 'question.asked':
        this.#asked.set(askedId(event), { t: event.t, request: personRequestOf(event) });
        return null;
      case 'review.answered':
        return this.#person(event, {
          answer: event.answer,
          ...(event.remark === undefined ? {} : { remark: event.remark }),
          ...(event.arguments === undefined ? {} : { arguments: event.arguments }),
          ...(event.answer === 'edited' && event.when !== 'tool' ? { text: await this.#textAfter(event) } : {}),
        });
      case 'question.answered':
        return this.#person(event, { answer: 'answered', text: event.answer });
      default:
        return null;
    }
  }

  async #call(event: EventOf<'llm.call'>): Promise<Unnumbered | null> {
    const call = await this.#blob(event.recorded, recordedCallSchema);
    if (call === null) return null;
    const { request, answer } = call;
    const known = answer ?? this.#deadline(event);
    return known === null ? null : { kind: 'llm', request, answer: known, ms: event.ms };
  }

  /** The failure of a call that the deadline of its attempt ended; null for calls that ended for another reason. */
  #deadline({ seq, task, attempt, turn }: EventOf<'llm.call'>): LlmAnswer | null {
    const end = this.#events.find(
      (event) =>
        event.type === 'attempt.ended' &&
        event.seq > seq &&
        event.task === task &&
        event.attempt === attempt &&
        event.turn === turn,
    );
    if (end?.type !== 'attempt.ended' || end.result !== 'timeout') return null;
    const failure = { kind: 'timeout' as const, message: end.message ?? 'The deadline passed.' };
    const ofCall = { first_token_ms: null, finish: null, adjusted: [], left_out: [], protocol: 'native' as const };
    return { status: 'failed', failure, ...ofCall };
  }

  async #tool(event: EventOf<'tool.call'>): Promise<Unnumbered | null> {
    const content = await this.#blob(event.blob, toolBlobSchema);
    if (content === null) return null;
    const { arguments: given, answer, images } = content;
    const { task, turn = null, delegation, agent, call_id: call, name: tool, ok, measured, ms } = event;
    return {
      kind: 'tool',
      request: { task, turn, delegated: delegation !== undefined, agent, call, tool, arguments: given },
      answer: {
        ok,
        text: answer,
        ...(images === undefined ? {} : { images }),
        ...(measured === undefined ? {} : { measured }),
      },
      ms,
    };
  }

  async #passages(event: EventOf<'knowledge.used'>, by: 'prompt' | 'memory'): Promise<Unnumbered | null> {
    const { task, turn = null, agent, passages, blob } = event;
    const texts = await this.#blob(blob, z.array(z.string()));
    if (texts === null) return null;
    const found = passages.map((passage, index) => ({ ...passage, text: texts[index] ?? '' }));
    const request = promptPassagesRequest({ task, turn, agent, by });
    return { kind: 'tool', request, answer: { ok: true, text: '', passages: found }, ms: 0 };
  }

  #person(event: EventOf<'review.answered'> | EventOf<'question.answered'>, answer: RecordedPersonAnswer) {
    const asked = this.#asked.get(askedId(event));
    return asked ? { kind: 'person' as const, request: asked.request, answer, ms: event.t - asked.t } : null;
  }

  /** The result that a person wrote in an answer. */
  async #textAfter({ seq, task }: EventOf<'review.answered'>): Promise<string> {
    const end = this.#events.find((event) => event.type === 'task.completed' && event.seq > seq && event.task === task);
    if (end?.type !== 'task.completed') return '';
    return end.text ?? (end.blob === undefined ? null : await this.#read(end.blob)) ?? '';
  }
}

/** Returns the request to a person in an event. A replay finds the recorded answer by this request. */
export function personRequestOf(event: EventOf<'review.asked'> | EventOf<'question.asked'>): PersonRequest {
  const { task } = event;
  if (event.type === 'question.asked') return { asked: 'question', task, agent: event.agent, question: event.question };
  if (event.when !== 'tool') return { asked: 'review', task, when: event.when };
  const { agent = '', tool = '', arguments: given = null } = event;
  return { asked: 'approval', task, agent, tool, arguments: given };
}

function askedId({ task, id = '' }: { task: string; id?: string | undefined }): string {
  return `${task} ${id}`;
}
