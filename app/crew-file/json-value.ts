import type { Node } from 'jsonc-parser';

/** Returns the value of a node. `__proto__` is an ordinary key, which the schemas reject as unknown. */
export function jsonValue(node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map(jsonValue);
  if (node.type !== 'object') return node.value;
  const entries: [string, unknown][] = [];
  for (const { children: [key, value] = [] } of children) {
    if (key && value) entries.push([String(key.value), jsonValue(value)]);
  }
  return Object.fromEntries(entries);
}
