import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { parseJson } from '../../../shared/parse-json.ts';
import { toCurrentForm } from '../../../shared/run/events/earlier-forms.ts';
import { type RunEvent, runEventSchema } from '../../../shared/run/events.ts';
import { sha256 } from '../../base/hash.ts';
import { openRegularFile } from '../../base/read-text-file.ts';
import { messageOf } from '../../base/system-error.ts';
import { BLOBS_FOLDER, JOURNAL_FILE } from './storage.ts';

export type JournalRead =
  | {
      ok: true;
      events: number;
      /** The length of the complete lines in bytes. Bytes after them are an incomplete last write. */
      bytes: number;
      torn: boolean;
    }
  /** `line` is the 1-based number of the unreadable line; null if the file itself cannot be read. */
  | { ok: false; line: number | null; message: string };

/** `offset`: the byte at which the event's line begins. */
export type TakeEvent = (event: RunEvent, offset: number) => void;

const NEWLINE = 10;
/** The limit of an event's length. The longest event, the start of a run of ten thousand tasks, has a few MiB. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

/** A position in a journal: the number of complete lines, their length, and the time of the last event. */
export interface JournalPlace {
  events: number;
  bytes: number;
  t: number;
}

const BEGINNING: JournalPlace = { events: 0, bytes: 0, t: 0 };

/**
 * Reads the journal of a run's folder, event by event. An incomplete last line, as a killed process leaves it, is
 * skipped and reported. At any other unreadable line, reading fails with the line number.
 * @param from the position at which an earlier read ended
 */
export async function readJournal(dir: string, take: TakeEvent, from = BEGINNING): Promise<JournalRead> {
  const path = join(dir, JOURNAL_FILE);
  const reader = new LineReader(path, take, from);
  try {
    const file = await openRegularFile(path);
    for await (const chunk of file.createReadStream({ start: from.bytes })) {
      const failure = reader.feed(chunk as Buffer); // Without an encoding a stream's chunks are buffers.
      if (failure) return failure;
    }
  } catch (error) {
    return unreadableFile(path, messageOf(error));
  }
  return reader.end();
}

function unreadableFile(path: string, reason: string): JournalRead {
  return { ok: false, line: null, message: `The journal ${path} cannot be read: ${reason}` };
}

/**
 * Returns the text of a blob; null if it is missing, unreadable, or does not match its hash.
 * `hash`: its SHA-256, 64 hexadecimal digits.
 */
export async function readBlob(dir: string, hash: string): Promise<string | null> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return null;
  try {
    const file = await openRegularFile(join(dir, BLOBS_FOLDER, hash));
    const bytes = await file.readFile().finally(() => file.close());
    return sha256(bytes) === hash ? bytes.toString('utf8') : null;
  } catch {
    return null;
  }
}

class LineReader {
  readonly #path: string;
  readonly #take: TakeEvent;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line: number;
  #bytes: number;
  /** The run time of the last event. */
  #t: number;
  /** An unreadable line; if it is the last line, it is incomplete. */
  #unreadable: { line: number; reason: string } | null = null;

  constructor(path: string, take: TakeEvent, { events, bytes, t }: JournalPlace) {
    this.#path = path;
    this.#take = take;
    this.#line = events;
    this.#bytes = bytes;
    this.#t = t;
  }

  feed(chunk: Buffer): JournalRead | null {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const failure = this.#takeLine(Buffer.concat([...this.#rest, chunk.subarray(from, at)]));
      if (failure) return failure;
      this.#rest = [];
      this.#restBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(from)));
    this.#restBytes += chunk.length - from;
    if (this.#restBytes <= LONGEST_LINE_BYTES) return null;
    return this.#refusal(this.#unreadable ?? { line: this.#line + 1, reason: 'it has no end' });
  }

  end(): JournalRead {
    if (this.#unreadable && this.#rest.length > 0) return this.#refusal(this.#unreadable);
    const events = this.#unreadable ? this.#line - 1 : this.#line;
    return { ok: true, events, bytes: this.#bytes, torn: this.#unreadable !== null || this.#rest.length > 0 };
  }

  #takeLine(line: Buffer): JournalRead | null {
    if (this.#unreadable) return this.#refusal(this.#unreadable);
    this.#line += 1;
    const parsed = parseLine(line, this.#line, this.#t);
    if (!parsed.ok) {
      this.#unreadable = { line: this.#line, reason: parsed.reason };
      return null;
    }
    this.#t = parsed.event.t;
    this.#take(parsed.event, this.#bytes);
    this.#bytes += line.length + 1;
    return null;
  }

  #refusal({ line, reason }: { line: number; reason: string }): JournalRead {
    return { ok: false, line, message: `Line ${line} of ${this.#path} cannot be read: ${reason}` };
  }
}

type Parsed = { ok: true; event: RunEvent } | { ok: false; reason: string };

/** `seq` is the required number of the event, `from` its earliest possible time. */
function parseLine(line: Buffer, seq: number, from: number): Parsed {
  if (!isUtf8(line)) return { ok: false, reason: 'it is not UTF-8' };
  const json = parseJson(line.toString('utf8'));
  if (json === undefined) return { ok: false, reason: 'it is not JSON, or is nested too deeply' };
  return parseEvent(json, seq, from);
}

function parseEvent(json: unknown, seq: number, from: number): Parsed {
  const parsed = runEventSchema.safeParse(toCurrentForm(json));
  if (!parsed.success) return { ok: false, reason: 'it is not an event of a run' };
  const event = parsed.data;
  if (event.seq !== seq) return { ok: false, reason: `its number is ${event.seq} instead of ${seq}` };
  if (event.t < from)
    return { ok: false, reason: `its time ${event.t} is before the time of the previous line, ${from}` };
  return { ok: true, event };
}
