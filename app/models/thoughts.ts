/** Tags that models put around their thoughts if a server does not send the thoughts in a separate field. */
const TAGS = ['think', 'thinking', 'thought', 'thoughts', 'reason', 'reasoning', 'seed:think'];
const NAMES = TAGS.join('|');
const OPENING = new RegExp(`^(?:<(${NAMES})(?:\\s[^<>]*)?>|\\[(THINK)\\]|◁(think)▷|<\\|begin_of_(thought)\\|>)`, 'i');
/** The literal part of each opening. An angle tag may have attributes before its end. */
const LITERAL_OPENINGS = [...TAGS.map((tag) => `<${tag}>`), '[think]', '◁think▷', '<|begin_of_thought|>'];
const OPEN_ANGLE = new RegExp(`^<(?:${NAMES})\\s[^<>]*$`, 'i');
const LONGEST_OPENING = 200;
/** A closing tag that no opening tag precedes: the server put the opening tag into the prompt. */
const LONE_CLOSING = new RegExp(`</(?:${NAMES})\\s*>|\\[/THINK\\]|◁/think▷|<\\|end_of_thought\\|>`, 'gi');

export interface Split {
  thoughts: string;
  text: string;
}

/**
 * Separates the thoughts at the beginning of an answer from the answer, piece by piece. Thoughts are the text inside
 * leading tags such as `<think>`, and everything if the tag is never closed. The text before a lone closing tag also
 * counts as thoughts, but only `end` can detect that. Tags later in the text, in code or in quotation marks belong to
 * the answer.
 */
export class ThoughtSplitter {
  #thoughts = '';
  #text = '';
  /** Text that may belong to the answer: blanks, or the beginning of a tag. */
  #pending = '';
  #block: Block | null = null;
  #hasBlock = false;

  /** Adds the next piece. @returns the part of the answer that is now certain */
  push(piece: string): string {
    if (this.#block === null && this.#text !== '') {
      this.#text += piece;
      return piece;
    }
    this.#pending += piece;
    while (this.#pending !== '') {
      if (this.#block === null && !this.#open()) return this.#certain();
      if (this.#block !== null && !this.#close(this.#block)) return '';
    }
    return '';
  }

  /** The answer is complete. */
  end(): Split {
    const block = this.#block;
    if (block !== null) {
      const rest = block.text + this.#pending;
      // A thought that mentions the tag opens it once more than it closes it.
      const at = block.lastClosing?.start ?? rest.length;
      this.#think(rest.slice(0, at));
      this.#text = rest.slice(block.lastClosing?.end ?? rest.length).trimStart();
    } else this.#text += this.#hasBlock ? this.#pending.trimStart() : this.#pending;
    this.#pending = '';
    this.#block = null;
    if (!this.#hasBlock) this.#splitAtLoneClosing();
    return { thoughts: this.#thoughts.trim(), text: this.#text };
  }

  #think(text: string): void {
    this.#thoughts += this.#thoughts === '' ? text : `\n${text}`;
  }

  /** Starts a block of thoughts if the pending text starts with its tag. */
  #open(): boolean {
    const text = this.#pending.trimStart();
    const found = OPENING.exec(text);
    if (!found) return false;
    this.#block = new Block(found);
    this.#hasBlock = true;
    this.#pending = text.slice(found[0].length);
    return true;
  }

  /** Returns pending text that can no longer become a tag. */
  #certain(): string {
    const text = this.#pending.trimStart();
    if (text === '' || mayOpen(text)) return '';
    // Blanks between thoughts and the answer belong to neither.
    const certain = this.#hasBlock ? text : this.#pending;
    this.#text = certain;
    this.#pending = '';
    return certain;
  }

  /** Moves pending text into the block. @returns whether the block has ended */
  #close(block: Block): boolean {
    block.text += this.#pending;
    this.#pending = '';
    const end = block.findEnd();
    if (end === null) return false;
    this.#think(block.text.slice(0, end.start));
    this.#pending = block.text.slice(end.end);
    this.#block = null;
    return true;
  }

  #splitAtLoneClosing(): void {
    const found = [...this.#text.matchAll(LONE_CLOSING)].find((match) => isLone(this.#text, match));
    if (!found) return;
    this.#think(this.#text.slice(0, found.index));
    this.#text = this.#text.slice(found.index + found[0].length).trimStart();
  }
}

interface Span {
  start: number;
  end: number;
}

/** A block of thoughts that has been opened. Blocks of the same tag may be nested. */
class Block {
  text = '';
  /** The last tag that closed something. */
  lastClosing: Span | null = null;
  readonly #tag: RegExp;
  #depth = 1;
  #searched = 0;

  constructor([, angle, mistral, kimi]: RegExpExecArray) {
    if (angle !== undefined) this.#tag = new RegExp(`<(/?)${angle}(?:\\s[^<>]*)?>`, 'gi');
    else if (mistral !== undefined) this.#tag = /\[(\/?)THINK\]/gi;
    else if (kimi !== undefined) this.#tag = /◁(\/?)think▷/gi;
    else this.#tag = /<\|(?:begin|(end))_of_thought\|>/gi;
  }

  /** The tag that ends the block, or null. Searches only the text received since the last call. */
  findEnd(): Span | null {
    this.#tag.lastIndex = this.#searched;
    for (let found = this.#tag.exec(this.text); found; found = this.#tag.exec(this.text)) {
      const span = { start: found.index, end: found.index + found[0].length };
      const next = this.text[span.end];
      const isOpenQuote = isQuote(this.text[span.start - 1]);
      if (isOpenQuote && next === undefined) break; // The next piece shows whether the tag is quoted.
      this.#searched = span.end;
      if (isOpenQuote && next === this.text[span.start - 1]) continue;
      if (!found[1]) this.#depth += 1;
      else {
        this.#depth -= 1;
        this.lastClosing = span;
        if (this.#depth === 0) return span;
      }
    }
    return null;
  }
}

/** Whether a text can still become an opening tag. */
function mayOpen(text: string): boolean {
  if (text.length > LONGEST_OPENING) return false;
  const lower = text.toLowerCase();
  return LITERAL_OPENINGS.some((opening) => opening.startsWith(lower)) || OPEN_ANGLE.test(text);
}

function isQuote(character: string | undefined): boolean {
  return character !== undefined && '`"\'“”‘’'.includes(character);
}

/**
 * Whether a closing tag ends thoughts whose opening tag is missing. An answer that talks about the tag has it in code,
 * in quotation marks, after an opening tag, or in the middle of a sentence.
 */
function isLone(text: string, match: RegExpExecArray): boolean {
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (before.search(ANY_OPENING) >= 0 || isInCode(before, line)) return false;
  if (isQuote(before.at(-1)) && isQuote(after[0])) return false;
  return /(?:^|[.!?…:)\]}"”*])\s*$/.test(line) || /^[ \t]*(?:\r?\n|$)/.test(after) || /^[\p{L}\p{N}{[<*#]/u.test(after);
}

const ANY_OPENING = new RegExp(`<(?:${NAMES})(?:\\s[^<>]*)?>|\\[THINK\\]|◁think▷|<\\|begin_of_thought\\|>`, 'i');

function isInCode(before: string, line: string): boolean {
  const fences = before.match(/^[ \t]*(?:```|~~~)/gm)?.length ?? 0;
  const ticks = line.match(/`/g)?.length ?? 0;
  return fences % 2 === 1 || ticks % 2 === 1;
}
