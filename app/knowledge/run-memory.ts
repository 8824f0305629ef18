import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import { sha256 } from '../base/hash.ts';
import type { MemorySource, NewMemoryItem } from '../base/main-tools.ts';
import { messageOf } from '../base/system-error.ts';
import { MAX_ITEM_CHARACTERS, type MemoryFile, type MemoryItem } from './memory-file.ts';
import { rankedByWords } from './rank-by-words.ts';

/** The memory of a crew in one run. `file`: null in a rehearsal, which keeps items only until it ends. */
export class RunMemory implements MemorySource {
  readonly #file: MemoryFile | null;
  readonly #rehearsed: MemoryItem[] = [];

  constructor(file: MemoryFile | null) {
    this.#file = file;
  }

  async remember({ text, agent, run, task, key }: NewMemoryItem): Promise<SlotAnswer> {
    if (text.length > MAX_ITEM_CHARACTERS) {
      const reason = `Not stored: an item has at most ${MAX_ITEM_CHARACTERS} characters, and this one has ${text.length}.`;
      return { ok: false, text: reason };
    }
    const id = sha256(key).slice(0, 12);
    const item = { id, text, agent, task, run, at: new Date().toISOString() };
    if (this.#file === null) {
      this.#rehearsed.push(item);
      return { ok: true, text: id };
    }
    const stored = await this.#file
      .add(item)
      .catch((error: unknown) => ({ ok: false as const, reason: messageOf(error) }));
    return stored.ok
      ? { ok: true, text: id, remembered: { id, text } }
      : { ok: false, text: `Not stored: ${stored.reason}` };
  }

  async recall(query: string, count: number): Promise<SlotAnswer> {
    try {
      const items = this.#file === null ? this.#rehearsed : (await this.#file.read()).items;
      const latest = items.toReversed();
      const found = rankedByWords(
        latest.map(({ text }) => text),
        query,
      ).map((at) => latest[at]);
      const chosen = [...new Set([...found, ...latest])].filter((item) => item !== undefined).slice(0, count);
      const passages = chosen.map(({ id, text, at }) => ({
        source: `memory ${id}`,
        file: '',
        text: `${text} (${at.slice(0, 10)})`,
      }));
      const text = passages.map(({ source, text: item }) => `[${source}] ${item}`).join('\n');
      return { ok: true, text: text || 'Nothing is remembered yet.', passages };
    } catch (error) {
      return { ok: false, text: `The memory cannot be read: ${messageOf(error)}` };
    }
  }
}
