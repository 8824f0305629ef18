import { once } from 'node:events';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { parseJson } from '../../../shared/parse-json.ts';
import type { ServerProcess } from './server-process.ts';

/** The longest message of a server, in bytes. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** What a server can send after each message that it gets: a server that sends more floods this process. */
const MESSAGES_PER_REQUEST = 10_000;
const BYTES_PER_REQUEST = 64 * 1024 * 1024;

/**
 * Messages over the standard streams of a server, one JSON value per line. The package's own transport has no limits and
 * gives the server more of the environment. A server that sends more than it may is killed.
 */
export class ProcessTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Why the server was killed; null if it was not. */
  misuse: string | null = null;
  readonly #process: ServerProcess;
  #parts: Buffer[] = [];
  #length = 0;
  #messages = 0;
  #bytes = 0;

  constructor(server: ServerProcess) {
    this.#process = server;
  }

  async start(): Promise<void> {
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#process.stdout.on('error', () => undefined);
    void this.#process.ended.then(() => this.onclose?.());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#messages = 0;
    this.#bytes = 0;
    const { stdin, ended } = this.#process;
    if (stdin.write(`${JSON.stringify(message)}\n`)) return;
    await Promise.race([once(stdin, 'drain'), ended]);
  }

  close(): Promise<void> {
    return this.#process.end();
  }

  #take(chunk: Buffer): void {
    if (this.misuse !== null) return;
    this.#bytes += chunk.length;
    if (this.#bytes > BYTES_PER_REQUEST) this.#refuse('it sent too much data without being asked');
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#parts.push(chunk.subarray(start, end));
      start = end + 1;
      this.#receive(Buffer.concat(this.#parts).toString('utf8'));
      this.#parts = [];
      this.#length = 0;
      if (this.misuse !== null) return;
    }
    this.#parts.push(chunk.subarray(start));
    this.#length += chunk.length - start;
    if (this.#length > LONGEST_MESSAGE) this.#refuse(`it sent a message of more than ${LONGEST_MESSAGE} bytes`);
  }

  #receive(line: string): void {
    if (line.trim() === '') return;
    this.#messages += 1;
    if (this.#messages > MESSAGES_PER_REQUEST) {
      this.#refuse('it sent too many messages without being asked');
      return;
    }
    const parsed = JSONRPCMessageSchema.safeParse(parseJson(line));
    if (parsed.success) this.onmessage?.(parsed.data);
    else this.onerror?.(new Error(`It wrote a line that is not a message: ${line.slice(0, 200)}`));
  }

  #refuse(why: string): void {
    this.misuse = why;
    this.#parts = [];
    this.#process.stdout.resume();
    this.#process.kill();
  }
}
