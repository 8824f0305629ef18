/** The arguments of a call, as JSON. */
export type Arguments = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** Fills the `{arguments}` of texts, and remembers which arguments were used and which were missing. */
export class Template {
  readonly used = new Set<string>();
  readonly missing = new Set<string>();
  readonly #args: Arguments;

  constructor(args: Arguments) {
    this.#args = args;
  }

  /** Returns a text with the values of its placeholders, each changed by `encode`. */
  text(template: string, encode: (value: string) => string = (value) => value): string {
    return template.replaceAll(PLACEHOLDER, (_placeholder, name: string) => encode(textOf(this.#value(name))));
  }

  /** Returns JSON with filled texts. A text that is one placeholder becomes the value itself. */
  json(template: unknown): unknown {
    if (typeof template === 'string') {
      const name = /^\{([A-Za-z_][A-Za-z0-9_-]*)\}$/.exec(template)?.[1];
      return name === undefined ? this.text(template) : this.#value(name);
    }
    if (Array.isArray(template)) return template.map((item) => this.json(item));
    if (typeof template !== 'object' || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, this.json(value)]));
  }

  /** Returns the arguments that no placeholder used. */
  unused(): [string, unknown][] {
    return Object.entries(this.#args).filter(([name]) => !this.used.has(name));
  }

  #value(name: string): unknown {
    this.used.add(name);
    const value = Object.hasOwn(this.#args, name) ? this.#args[name] : undefined;
    if (value === undefined) this.missing.add(name);
    return value;
  }
}

/** Returns a value as text: other JSON than text in compact form. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
