import { parseAst } from 'vite';

/** The docstrings of a source file, by `NAME` of a declaration and `NAME.key.key` of the properties inside it. */
export type Docstrings = ReadonlyMap<string, string>;

/** Joins source files without their imports: together, a spread of a constant of another file finds it. */
export function joinedSources(sources: readonly string[]): string {
  return sources.map((source) => source.replace(/^import [^;]*;\n/gm, '')).join('\n');
}

/**
 * Reads the docstrings of constants, of the objects in their values, and of the properties of these objects. An object
 * that is one of several, such as an event, is named after the value of its discriminating property or the first argument
 * of its call: `toSlotSchema:cancel`, `toSlotSchema:cancel.key`, `runEventSchema:run.started`. A property that is spread or
 * abbreviated has the docstring of its constant.
 */
export function docstringsOf(source: string): Docstrings {
  const docs = new Map<string, string>();
  const spreads: { path: string; from: string }[] = [];
  for (const { name, value, start } of constantsOf(source)) {
    note(docs, name, docstringBefore(source, start));
    visit(value, name, name);
  }
  for (const { path, from } of spreads) {
    for (const [key, text] of docs) if (key.startsWith(`${from}.`)) docs.set(`${path}${key.slice(from.length)}`, text);
  }
  return docs;

  function visit(node: Node, path: string, root: string): void {
    if (node.type === 'CallExpression') visitCall(node, path, root);
    else if (node.type === 'ObjectExpression') visitObject(node, path, root);
    else for (const child of childrenOf(node)) visit(child, path, root);
  }

  function visitCall(node: Node, path: string, root: string): void {
    const tag = path === root ? tagOf(nodesOf(node['arguments'])) : null;
    const variant = tag === null ? path : `${root}:${tag}`;
    if (tag !== null) note(docs, variant, docstringBefore(source, node.start));
    for (const child of childrenOf(node)) visit(child, variant, tag === null ? root : variant);
  }

  function visitObject(node: Node, path: string, root: string): void {
    for (const property of nodesOf(node['properties'])) {
      const key = nameOf(property['key']);
      if (property.type === 'SpreadElement') spreads.push({ path, from: nameOf(property['argument']) ?? '' });
      if (key === null) continue;
      note(docs, `${path}.${key}`, docstringBefore(source, property.start) ?? (docs.get(key) || undefined));
      if (isNode(property['value'])) visit(property['value'], `${path}.${key}`, root);
    }
  }
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** The keys that tell the variants of a union apart. */
const TAGS = ['type', 'kind', 'status', 'role'];

function constantsOf(source: string): { name: string; value: Node; start: number }[] {
  const program: unknown = parseAst(source, { lang: 'ts' });
  const statements = isNode(program) ? nodesOf(program['body']) : [];
  return statements.flatMap((statement) => {
    const declaration = isNode(statement['declaration']) ? statement['declaration'] : statement;
    return nodesOf(declaration['declarations']).flatMap(({ id, init }) => {
      const name = nameOf(id);
      return name !== null && isNode(init) ? [{ name, value: init, start: statement.start }] : [];
    });
  });
}

/**
 * The variant of a union, from calls such as `event('run.paused', {})` or `z.object({ type: z.literal('cancel'), … })`.
 */
function tagOf([first, second]: readonly Node[]): string | null {
  if (second?.type === 'ObjectExpression') return literalText(first);
  if (first?.type !== 'ObjectExpression') return null;
  for (const { key, value } of nodesOf(first['properties'])) {
    if (!TAGS.includes(nameOf(key) ?? '') || !isNode(value)) continue;
    const text = literalText(nodesOf(value['arguments'])[0]);
    if (text !== null) return text;
  }
  return null;
}

function docstringBefore(source: string, start: number): string | undefined {
  const [, text] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.slice(0, start)) ?? [];
  return text?.replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
}

function note(docs: Map<string, string>, key: string, text: string | undefined): void {
  if (text !== undefined && text !== '') docs.set(key, text);
}

function literalText(node: Node | undefined): string | null {
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : null;
}

function nameOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  return typeof node['name'] === 'string' ? node['name'] : literalText(node);
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (isNode(value) ? [value] : nodesOf(value)));
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
