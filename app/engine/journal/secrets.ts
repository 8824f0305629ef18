const STRUCK = '[redacted]';
/** Shorter texts are placeholders that local servers accept (`none`, `ollama`), and stand in ordinary words. */
const SHORTEST_KEY = 8;
/** One of these words stands in whatever the next two strike: most texts are gone through once. */
const SUSPICIOUS = /authorization|bearer/i;
const AUTHORIZATION = /(authorization\W{1,6}(?:bearer|basic|token)\s+)[\w.~+/=-]+/gi;
const BEARER = /\b(bearer\s+)[\w.~+/=-]{20,}/gi;

/** Strikes known keys and `Authorization` values out of whatever is written. */
export class Secrets {
  readonly #keys = new Set<string>();

  add(key: string | null): void {
    if (key === null || key.length < SHORTEST_KEY) return;
    // As it is, in JSON, and in the JSON that stands in JSON as a text: the arguments of tool calls.
    for (const written of [key, inJson(key), inJson(inJson(key))]) this.#keys.add(written);
  }

  redact(text: string): string {
    let struck = text;
    for (const key of this.#keys) if (struck.includes(key)) struck = struck.replaceAll(key, STRUCK);
    if (!SUSPICIOUS.test(struck)) return struck;
    return struck.replace(AUTHORIZATION, `$1${STRUCK}`).replace(BEARER, `$1${STRUCK}`);
  }

  /** The value with every text in it struck, itself where nothing was; names of fields and the `type` of an event stay. */
  redactAll<Value>(value: Value): Value {
    return this.#strikeValue(value) as Value; // Texts stay texts, and nothing else changes.
  }

  #strikeValue(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    let copy: Record<string, unknown> | null = null;
    for (const [name, item] of Object.entries(value)) {
      const struck = name === 'type' ? item : this.#strikeValue(item);
      if (struck === item) continue;
      // An array's places are names too.
      copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[name] = struck;
    }
    return copy ?? value;
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
