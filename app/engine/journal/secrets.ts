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

  /**
   * Redacts all texts in a value, also the names of fields, which a server can choose. Returns the same object if nothing
   * changed. The event `type` stays.
   */
  redactAll<Value>(value: Value): Value {
    return this.#redactValue(value) as Value; // Redaction replaces strings with strings and keeps the type.
  }

  #redactValue(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#redactValue(item));
      return items.some((item, at) => item !== value[at]) ? items : value;
    }
    const fields = Object.entries(value);
    const redacted = fields.map(([name, item]): [string, unknown] => {
      return [this.redact(name), name === 'type' ? item : this.#redactValue(item)];
    });
    const isChanged = redacted.some(([name, item], at) => name !== fields[at]?.[0] || item !== fields[at]?.[1]);
    return isChanged ? Object.fromEntries(redacted) : value;
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
