import { setTimeout as delay } from 'node:timers/promises';
import type { EntryKind, Recording, RecordingEntry } from '../../../shared/recording/recording.ts';
import type { SlotAnswer, SlotRequest } from '../../../shared/slot/slot-request.ts';
import { BUILT_IN_LIMITS, type ToolDefinition } from '../../../shared/tools/definition.ts';
import type { MainTools } from '../../base/main-tools.ts';

type EntryOf<Kind extends EntryKind> = Extract<RecordingEntry, { kind: Kind }>;

/** Answers requests from a recording. Requests with one key are answered in the order of the recording. */
export class Replay {
  readonly #entries = new Map<string, RecordingEntry[]>();
  readonly #toolNames: readonly string[];
  readonly #speed: number;

  /** @param speed the factor by which answers arrive faster than in the recording; 0: without any delay */
  constructor({ entries }: Recording, speed: number) {
    this.#speed = speed;
    this.#toolNames = [...new Set(entries.flatMap((entry) => (entry.kind === 'tool' ? [entry.request.tool] : [])))];
    for (const entry of entries.toSorted((a, b) => a.n - b.n)) {
      const name = nameOf(entry.kind, entry.key);
      const same = this.#entries.get(name);
      if (same) same.push(entry);
      else this.#entries.set(name, [entry]);
    }
  }

  /** Returns the next answer to a request as soon as it is due; null if there is none. Rejects when `signal` aborts. */
  async next<Kind extends EntryKind>(kind: Kind, key: string, signal: AbortSignal): Promise<EntryOf<Kind> | null> {
    const entry = this.#entries.get(nameOf(kind, key))?.shift();
    if (entry === undefined) return null;
    if (this.#speed > 0) await delay(entry.ms / this.#speed, undefined, { signal });
    // The name of the list contains the kind.
    return entry as EntryOf<Kind>;
  }

  /** Answers a slot. */
  async find(
    { of, sha256, call }: Extract<SlotRequest, { kind: 'recording.find' }>,
    signal: AbortSignal,
  ): Promise<SlotAnswer> {
    const entry = await this.next(of, sha256, signal);
    if (entry !== null) return { ok: true, text: JSON.stringify(entry.answer) };
    const message = `The recording has no answer for ${call}. The crew, its inputs or its files have changed since it was recorded. Record the run again with --record.`;
    return { ok: false, text: message, failure: { kind: 'recording', message } };
  }

  /** Returns replacements for the tools of servers. A replay starts no server: slots find the answers in the recording. */
  tools(): MainTools {
    return {
      find: async (names) => ({ ok: true, text: '', tools: this.#named(names).map(definitionOf) }),
      call: async ({ tool }) => ({ ok: false, text: `${tool.name} is not called in a replay.` }),
      close: async () => undefined,
    };
  }

  /** Resolves names and prefixes. A prefix matches the tools of which the recording contains calls. */
  #named(names: readonly string[]): string[] {
    const found = names.flatMap((name) =>
      name.endsWith('*') ? this.#toolNames.filter((tool) => tool.startsWith(name.slice(0, -1))) : [name],
    );
    return [...new Set(found)];
  }
}

function nameOf(kind: EntryKind, key: string): string {
  return `${kind} ${key}`;
}

/** A tool whose description is unknown. In a replay no model needs it. */
function definitionOf(name: string): ToolDefinition {
  const source = { kind: 'mcp' as const, server: '', tool: name };
  return { name, source, limits: BUILT_IN_LIMITS, description: '', parameters: {} };
}
