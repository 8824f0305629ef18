import { Code, type SourceObject, type SourceValue } from '../../../../shared/import/source.ts';
import { type RubyToken, rubyTokens } from './ruby-tokens.ts';

const MAX_DEPTH = 60;
const MAX_CODE = 400;

export type RubyStatement =
  /** `target` is a variable, or an attribute such as `config.model`. */
  | { kind: 'assign'; target: string; value: SourceValue }
  /** A call as a statement. `receiver` is the text before the last dot. */
  | { kind: 'call'; receiver: string; method: string; positional: SourceValue[]; named: SourceObject }
  /** `items.each { |item| … }`. The statements of the block follow. */
  | { kind: 'each'; list: SourceValue; item: string }
  | { kind: 'class'; name: string; parent: string };

/** Reads the statements of a script that are assignments of literals and calls. Everything else is skipped. */
export function parseRuby(text: string): RubyStatement[] {
  const reader = new RubyReader(text);
  const statements: RubyStatement[] = [];
  while (!reader.isAtEnd()) {
    const statement = reader.statement();
    if (statement) statements.push(statement);
  }
  return statements;
}

class RubyReader {
  readonly #text: string;
  readonly #tokens: readonly RubyToken[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = rubyTokens(text);
  }

  isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Reads one statement and moves behind it. Null if it is of another kind. */
  statement(): RubyStatement | null {
    const start = this.#at;
    const first = this.#peek();
    if (first?.kind !== 'word') {
      const list = first?.value === '[' ? this.#expression(0) : undefined;
      if (list !== undefined && this.#isMark('.') && this.#peek(1)?.value === 'each') return this.#each(list);
      this.#at = Math.max(this.#at, start + 1);
      return null;
    }
    if (first.value === 'class') return this.#class();
    if (this.#peek(1)?.value === '.' && this.#peek(3)?.value === '=' && this.#peek(2)?.kind === 'word') {
      const target = `${first.value}.${this.#peek(2)?.value ?? ''}`;
      this.#at += 4;
      return { kind: 'assign', target, value: this.#expression(0) };
    }
    if (this.#peek(1)?.value === '=') {
      this.#at += 2;
      return { kind: 'assign', target: first.value, value: this.#expression(0) };
    }
    if (this.#peek(1)?.value === '.' && this.#peek(2)?.value === 'each') {
      this.#at += 1;
      return this.#each(new Code(first.value));
    }
    return this.#callStatement();
  }

  #class(): RubyStatement {
    const [name, less, parent] = [this.#peek(1), this.#peek(2), this.#peek(3)];
    this.#at += less?.value === '<' ? 4 : 2;
    return { kind: 'class', name: name?.value ?? '', parent: less?.value === '<' ? (parent?.value ?? '') : '' };
  }

  /** Reads `.each { |item|` or `.each do |item|`. */
  #each(list: SourceValue): RubyStatement | null {
    this.#at += 2;
    const opens = this.#peek()?.value;
    const item = this.#peek(2);
    if ((opens !== '{' && opens !== 'do') || this.#peek(1)?.value !== '|' || item?.kind !== 'word') return null;
    this.#at += 4;
    return { kind: 'each', list, item: item.value };
  }

  #callStatement(): RubyStatement | null {
    const path: string[] = [];
    while (this.#peek()?.kind === 'word') {
      path.push(this.#take()?.value ?? '');
      if (!this.#isMark('.')) break;
      this.#at += 1;
    }
    if (!this.#isMark('(')) return null;
    const { positional, named } = this.#arguments(0);
    return { kind: 'call', receiver: path.slice(0, -1).join('.'), method: path.at(-1) ?? '', positional, named };
  }

  #expression(depth: number): SourceValue {
    const start = this.#at;
    const value = depth > MAX_DEPTH ? undefined : this.#primary(depth);
    // What follows a complete value is an operator, a method of it, or a block.
    if (value !== undefined && this.#isComplete()) return value;
    return this.#skipped(start);
  }

  #primary(depth: number): SourceValue | undefined {
    const token = this.#take();
    switch (token?.kind) {
      case 'string':
        return token.value;
      case 'number':
        return Number(token.value.replaceAll('_', ''));
      case 'words':
        return token.value.split(/\s+/).filter((word) => word !== '');
      case 'word':
        return this.#named(token, depth);
      case 'mark':
        if (token.value === '[') return this.#list(depth);
        return token.value === '{' ? this.#hash(depth) : undefined;
      default:
        return undefined;
    }
  }

  #named(token: RubyToken, depth: number): SourceValue | undefined {
    if (token.value === 'true' || token.value === 'false') return token.value === 'true';
    if (token.value === 'nil') return null;
    const isNew = this.#isMark('.') && this.#peek(1)?.value === 'new';
    if (!isNew) return new Code(token.value);
    this.#at += 2;
    const { positional, named } = this.#isMark('(') ? this.#arguments(depth) : { positional: [], named: {} };
    return new Code(this.#code(token.from), { name: token.value.split('::').at(-1) ?? '', positional, named });
  }

  #list(depth: number): SourceValue[] {
    const items: SourceValue[] = [];
    while (!this.isAtEnd()) {
      this.#skipGaps();
      if (this.#isMark(']')) break;
      items.push(this.#expression(depth + 1));
      this.#skipGaps();
      if (this.#isMark(',')) this.#at += 1;
      else if (!this.#isMark(']')) break;
    }
    this.#at += 1;
    return items;
  }

  #hash(depth: number): SourceObject {
    const { named } = this.#pairs('}', depth);
    return named;
  }

  #arguments(depth: number): { positional: SourceValue[]; named: SourceObject } {
    this.#at += 1;
    return this.#pairs(')', depth);
  }

  /** Reads values and pairs up to a closing bracket. */
  #pairs(end: string, depth: number): { positional: SourceValue[]; named: SourceObject } {
    const positional: SourceValue[] = [];
    const named: [string, SourceValue][] = [];
    while (!this.isAtEnd()) {
      this.#skipGaps();
      if (this.#isMark(end)) break;
      const label = this.#peek();
      if (label?.kind === 'label') {
        this.#at += 1;
        this.#skipGaps();
        named.push([label.value, this.#expression(depth + 1)]);
      } else if (label?.kind === 'string' && this.#peek(1)?.value === '=>') {
        this.#at += 2;
        named.push([label.value, this.#expression(depth + 1)]);
      } else positional.push(this.#expression(depth + 1));
      this.#skipGaps();
      if (this.#isMark(',')) this.#at += 1;
      else if (!this.#isMark(end)) break;
    }
    this.#at += 1;
    return { positional, named: Object.fromEntries(named) };
  }

  /** Skips the rest of an expression, up to a comma, a closing bracket or the end of the line outside of brackets. */
  #skipped(start: number): Code {
    this.#at = start;
    const from = this.#peek()?.from ?? this.#text.length;
    let depth = 0;
    while (!this.isAtEnd()) {
      const token = this.#peek();
      const { kind, value } = token ?? { kind: 'gap', value: '' };
      if (depth === 0 && (kind === 'gap' || (kind === 'mark' && /^[,)\]}]$/.test(value)))) break;
      if (kind === 'mark' && /^[([{]$/.test(value)) depth += 1;
      if (kind === 'mark' && /^[)\]}]$/.test(value)) depth -= 1;
      if (kind === 'word' && value === 'do') depth += 1;
      if (kind === 'word' && value === 'end') depth = Math.max(0, depth - 1);
      this.#at += 1;
    }
    if (this.#at === start) this.#at += 1;
    return new Code(this.#code(from));
  }

  #isComplete(): boolean {
    const token = this.#peek();
    if (token === undefined || token.kind === 'gap') return true;
    return token.kind === 'mark' && /^[,)\]};]$/.test(token.value);
  }

  #code(from: number): string {
    const to = this.#tokens[this.#at - 1]?.to ?? this.#text.length;
    return this.#text.slice(from, Math.min(to, from + MAX_CODE));
  }

  #skipGaps(): void {
    while (this.#peek()?.kind === 'gap') this.#at += 1;
  }

  #isMark(value: string): boolean {
    const token = this.#peek();
    return token?.kind === 'mark' && token.value === value;
  }

  #peek(ahead = 0): RubyToken | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #take(): RubyToken | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }
}
