import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { Code, type SourceObject, type SourceValue } from '../../../../shared/import/source.ts';
import { stringValue } from './python-string.ts';

/** Deeper expressions stay code. */
const MAX_DEPTH = 60;
/** The longest code that is kept for a report, in characters. */
const MAX_CODE = 400;

/** A function or method whose only statement, besides its documentation and assignments, returns a value. */
export interface PythonFunction {
  name: string;
  decorators: string[];
  /** What it returns; null if it does more than that. */
  value: SourceValue | null;
}

export interface PythonClass {
  name: string;
  bases: string[];
  /** Values that are assigned in the body, by name. */
  values: ReadonlyMap<string, SourceValue>;
  /** Fields with a type, such as `beds: int = 3`. */
  fields: readonly { name: string; type: string; value: SourceValue | undefined }[];
  functions: readonly PythonFunction[];
}

/** What a module of the plain form defines. Its code is never executed. */
export interface PythonModule {
  values: ReadonlyMap<string, SourceValue>;
  classes: ReadonlyMap<string, PythonClass>;
  functions: readonly PythonFunction[];
  /** The module of each imported name. */
  imports: ReadonlyMap<string, string>;
  /** All dictionaries that are assigned to `inputs` or passed under this name, also inside functions. */
  inputs: readonly SourceObject[];
}

/** Reads a module. Statements that are not definitions are skipped. Null if it is nested too deeply for the parser. */
export function parsePython(text: string): PythonModule | null {
  try {
    return readModule(text);
  } catch (error) {
    // The parser is recursive, so that deep nesting exhausts the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readModule(text: string): PythonModule {
  const reader = new Reader(text);
  const top = parser.parse(text).topNode;
  const imports = new Map<string, string>();
  for (const node of childrenOf(top)) if (node.name === 'ImportStatement') reader.readImport(node, imports);
  return { ...reader.readBody(top), imports, inputs: reader.readInputs(top) };
}

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the definitions of a module or of the body of a class. A later definition replaces an earlier one. */
  readBody(body: SyntaxNode): Pick<PythonModule, 'values' | 'classes' | 'functions'> & Pick<PythonClass, 'fields'> {
    const values = new Map<string, SourceValue>();
    const classes = new Map<string, PythonClass>();
    const functions = new Map<string, PythonFunction>();
    const fields: PythonClass['fields'][number][] = [];
    for (const node of childrenOf(body)) {
      if (node.name === 'AssignStatement') this.#readAssignment(node, values, fields);
      const definition = node.name === 'DecoratedStatement' ? node.lastChild : node;
      if (definition?.name === 'ClassDefinition') {
        const found = this.#readClass(definition);
        classes.set(found.name, found);
      }
      if (definition?.name === 'FunctionDefinition') {
        const decorators = childrenOf(node).filter(({ name }) => name === 'Decorator');
        const found = this.#readFunction(
          definition,
          decorators.map((each) => this.#decoratorName(each)),
        );
        functions.set(found.name, found);
      }
    }
    return { values, classes, functions: [...functions.values()], fields };
  }

  readImport(node: SyntaxNode, imports: Map<string, string>): void {
    const [, module = '', names = ''] = /^from\s+([\w.]+)\s+import\s+\(?([^)#]*)/.exec(this.#textOf(node)) ?? [];
    for (const name of names.split(',')) {
      const [imported = '', alias = imported] = name.trim().split(/\s+as\s+/);
      if (imported !== '') imports.set(alias, module);
    }
  }

  readInputs(top: SyntaxNode): SourceObject[] {
    const found: SourceObject[] = [];
    top.cursor().iterate((ref) => {
      if (ref.name !== 'AssignOp') return;
      const { node } = ref;
      const { prevSibling: name, nextSibling: value } = node;
      if (name === null || value?.name !== 'DictionaryExpression' || this.#textOf(name) !== 'inputs') return;
      const read = this.#value(value, 0);
      if (typeof read === 'object' && read !== null && !Array.isArray(read) && !(read instanceof Code))
        found.push(read);
    });
    return found;
  }

  #readAssignment(node: SyntaxNode, values: Map<string, SourceValue>, fields: PythonClass['fields'][number][]): void {
    const [name, ...rest] = childrenOf(node);
    if (name?.name !== 'VariableName') return;
    const type = rest.find((each) => each.name === 'TypeDef');
    const operator = rest.findIndex((each) => each.name === 'AssignOp');
    const assigned = operator < 0 ? undefined : rest[operator + 1];
    const value = assigned === undefined ? undefined : this.#value(assigned, 0);
    if (type) fields.push({ name: this.#textOf(name), type: this.#textOf(type).replace(/^:\s*/, ''), value });
    if (value !== undefined) values.set(this.#textOf(name), value);
  }

  #readClass(node: SyntaxNode): PythonClass {
    const body = node.getChild('Body');
    const bases = node.getChild('ArgList');
    const { values, fields, functions } = body
      ? this.readBody(body)
      : { values: new Map<string, SourceValue>(), fields: [], functions: [] };
    const names = bases ? childrenOf(bases).filter(({ name }) => /^(VariableName|MemberExpression)$/.test(name)) : [];
    return { name: this.#nameOf(node), bases: names.map((each) => this.#textOf(each)), values, fields, functions };
  }

  #readFunction(node: SyntaxNode, decorators: string[]): PythonFunction {
    const body = node.getChild('Body');
    const statements = body ? childrenOf(body).filter(({ name }) => name !== ':' && name !== 'Comment') : [];
    const returned = statements.find(({ name }) => name === 'ReturnStatement');
    const isPlain = statements.every((each) =>
      /^(ReturnStatement|ExpressionStatement|AssignStatement)$/.test(each.name),
    );
    const expression = returned?.lastChild ?? null;
    const value = isPlain && expression !== null && expression.name !== 'return' ? this.#value(expression, 0) : null;
    return { name: this.#nameOf(node), decorators, value };
  }

  #decoratorName(node: SyntaxNode): string {
    return /[\w.]+/.exec(this.#textOf(node))?.[0].split('.').at(-1) ?? '';
  }

  #nameOf(node: SyntaxNode): string {
    const name = node.getChild('VariableName');
    return name ? this.#textOf(name) : '';
  }

  #value(node: SyntaxNode, depth: number): SourceValue {
    if (depth > MAX_DEPTH) return this.#code(node);
    switch (node.name) {
      case 'String':
      case 'ContinuedString':
        return stringValue(this.#textOf(node)) ?? this.#code(node);
      case 'Number':
        return numberValue(this.#textOf(node)) ?? this.#code(node);
      case 'Boolean':
        return this.#textOf(node) === 'True';
      case 'None':
        return null;
      case 'UnaryExpression':
        return numberValue(this.#textOf(node)) ?? this.#code(node);
      case 'ArrayExpression':
      case 'TupleExpression':
        return itemsOf(node).map((each) => this.#value(each, depth + 1));
      case 'ParenthesizedExpression':
        return itemsOf(node).length === 1 ? this.#value(itemsOf(node)[0] ?? node, depth + 1) : this.#code(node);
      case 'DictionaryExpression':
        return this.#dictionary(node, depth);
      case 'CallExpression':
        return this.#call(node, depth);
      default:
        return this.#code(node);
    }
  }

  #dictionary(node: SyntaxNode, depth: number): SourceValue {
    const parts = itemsOf(node).filter(({ name }) => name !== ':');
    const entries: [string, SourceValue][] = [];
    for (let at = 0; at < parts.length; at += 2) {
      const [key, value] = [parts[at], parts[at + 1]];
      const name = key ? this.#value(key, depth + 1) : null;
      if (typeof name !== 'string' || value === undefined) return this.#code(node);
      entries.push([name, this.#value(value, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #call(node: SyntaxNode, depth: number): SourceValue {
    const callee = node.firstChild;
    const list = node.getChild('ArgList');
    if (callee === null || list === null) return this.#code(node);
    const name = this.#textOf(callee).split('.').at(-1) ?? '';
    const positional: SourceValue[] = [];
    const named: [string, SourceValue][] = [];
    const parts = itemsOf(list);
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at];
      if (part === undefined) continue;
      // `**values` and `*values` cannot be read.
      if (/^\*/.test(this.#textOf(part))) return this.#code(node);
      const value = parts[at + 2];
      if (parts[at + 1]?.name === 'AssignOp' && value) {
        named.push([this.#textOf(part), this.#value(value, depth + 1)]);
        at += 2;
      } else positional.push(this.#value(part, depth + 1));
    }
    if (/^(dedent|str)$/.test(name) && typeof positional[0] === 'string' && named.length === 0)
      return name === 'dedent' ? dedent(positional[0]) : positional[0];
    return new Code(this.#codeText(node), { name, positional, named: Object.fromEntries(named) });
  }

  #code(node: SyntaxNode): Code {
    return new Code(this.#codeText(node));
  }

  #codeText(node: SyntaxNode): string {
    return this.#textOf(node).slice(0, MAX_CODE);
  }

  #textOf({ from, to }: SyntaxNode): string {
    return this.#text.slice(from, to);
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The parts of a list, without brackets, commas and comments. */
function itemsOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => !/^([()[\]{},]|Comment)$/.test(name));
}

function numberValue(text: string): number | null {
  const plain = text.replaceAll('_', '').replaceAll(' ', '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const common = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(common)).join('\n');
}
