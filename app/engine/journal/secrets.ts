const REDACTED = '[redacted]';
/** The minimum key length. Shorter texts are placeholders for local servers (`none`, `ollama`) and occur in words. */
const SHORTEST_KEY = 8;
/** Every text that the next two patterns match contains one of these words, so most texts need only one scan. */
const SUSPICIOUS = /authorization|bearer/i;
const AUTHORIZATION = /(authorization\W{1,6}(?:bearer|basic|token)\s+)[\w.~+/=-]+/gi;
const BEARER = /\b(bearer\s+)[\w.~+/=-]{20,}/gi;

/** Redacts known keys and `Authorization` values. */
export class Secrets {
  readonly #keys = new Set<string>();

  add(key: string | null): void {
    if (key === null || key.length < SHORTEST_KEY) return;
    // The key as it is, in JSON, and in JSON inside a JSON string, such as the arguments of tool calls.
    for (const written of [key, inJson(key), inJson(inJson(key))]) this.#keys.add(written);
  }

  redact(text: string): string {
    let redacted = text;
    for (const key of this.#keys) if (redacted.includes(key)) redacted = redacted.replaceAll(key, REDACTED);
    if (!SUSPICIOUS.test(redacted)) return redacted;
    return redacted.replace(AUTHORIZATION, `$1${REDACTED}`).replace(BEARER, `$1${REDACTED}`);
  }

  /** Redacts all texts in a value. Returns the same object if nothing changed. Keys and the event `type` stay. */
  redactAll<Value>(value: Value): Value {
    return this.#redactValue(value) as Value; // Redaction replaces strings with strings and keeps the type.
  }

  #redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    let copy: Record<string, unknown> | null = null;
    for (const [name, item] of Object.entries(value)) {
      const redacted = name === 'type' ? item : this.#redactValue(item);
      if (redacted === item) continue;
      // Array indexes are keys, too.
      copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[name] = redacted;
    }
    return copy ?? value;
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
