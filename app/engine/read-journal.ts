import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunEvent, runEventSchema } from '../../shared/run/events.ts';
import { BLOBS_FOLDER, JOURNAL_FILE } from './storage.ts';

export type JournalRead =
  | {
      ok: true;
      events: number;
      /** Length of the whole lines; what stands behind is the torn end of the last write. */
      bytes: number;
      torn: boolean;
    }
  /** `line` is the 1-based number of the line that cannot be read, null when the file itself cannot. */
  | { ok: false; line: number | null; message: string };

/** `offset`: the byte at which the event's line begins. */
export type TakeEvent = (event: RunEvent, offset: number) => void;

const NEWLINE = 10;

/**
 * Reads the journal of a run's folder, event by event. A torn last line, as a cut-off process leaves it, is passed over
 * and told; any other line that cannot be read ends the reading with its number.
 */
export async function readJournal(dir: string, take: TakeEvent): Promise<JournalRead> {
  const path = join(dir, JOURNAL_FILE);
  const reader = new LineReader(path, take);
  try {
    for await (const chunk of createReadStream(path)) {
      const failure = reader.feed(chunk as Buffer); // Without an encoding a stream's chunks are buffers.
      if (failure) return failure;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, line: null, message: `The journal ${path} cannot be read: ${reason}` };
  }
  return reader.end();
}

/** The text of a blob of a run, or null when there is none that can be read. `hash`: 64 hexadecimal digits. */
export async function readBlob(dir: string, hash: string): Promise<string | null> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return null;
  try {
    return await readFile(join(dir, BLOBS_FOLDER, hash), 'utf8');
  } catch {
    return null;
  }
}

class LineReader {
  readonly #path: string;
  readonly #take: TakeEvent;
  #rest: Buffer[] = [];
  #line = 0;
  #bytes = 0;
  /** A line that could not be read: torn if it is the last. */
  #unreadable: { line: number; reason: string } | null = null;

  constructor(path: string, take: TakeEvent) {
    this.#path = path;
    this.#take = take;
  }

  feed(chunk: Buffer): JournalRead | null {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const failure = this.#takeLine(Buffer.concat([...this.#rest, chunk.subarray(from, at)]));
      if (failure) return failure;
      this.#rest = [];
      from = at + 1;
    }
    if (from < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(from)));
    return null;
  }

  end(): JournalRead {
    if (this.#unreadable && this.#rest.length > 0) return this.#refusal(this.#unreadable);
    const events = this.#unreadable ? this.#line - 1 : this.#line;
    return { ok: true, events, bytes: this.#bytes, torn: this.#unreadable !== null || this.#rest.length > 0 };
  }

  #takeLine(line: Buffer): JournalRead | null {
    if (this.#unreadable) return this.#refusal(this.#unreadable);
    this.#line += 1;
    const parsed = parseLine(line.toString('utf8'), this.#line);
    if (!parsed.ok) {
      this.#unreadable = { line: this.#line, reason: parsed.reason };
      return null;
    }
    this.#take(parsed.event, this.#bytes);
    this.#bytes += line.length + 1;
    return null;
  }

  #refusal({ line, reason }: { line: number; reason: string }): JournalRead {
    return { ok: false, line, message: `Line ${line} of ${this.#path} cannot be read: ${reason}` };
  }
}

function parseLine(text: string, seq: number): { ok: true; event: RunEvent } | { ok: false; reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  const parsed = runEventSchema.safeParse(json);
  if (!parsed.success) return { ok: false, reason: 'it is no event of a run' };
  if (parsed.data.seq !== seq) return { ok: false, reason: `its number is ${parsed.data.seq} in place of ${seq}` };
  return { ok: true, event: parsed.data };
}
