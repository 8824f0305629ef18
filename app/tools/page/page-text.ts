/** Elements without text for readers. */
const SILENT = new Set(['script', 'style', 'noscript', 'template', 'head', 'svg', 'iframe', 'object']);
/** Elements inside of a line. All others begin a line and end it. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time tt u var'.split(
    ' ',
  ),
);

/** Whether an element has no text for readers. @param name in lower case */
export function isSilent(name: string): boolean {
  return SILENT.has(name);
}

/** Whether an element is inside of a line. @param name in lower case */
export function isInline(name: string): boolean {
  return INLINE.has(name);
}

/**
 * Returns the text of an element for readers, with a line for each block. It needs time in proportion to the number
 * of nodes, and no stack.
 */
export function textOf(root: Node): string {
  const pieces: string[] = [];
  let node: Node | null = root;
  while (node !== null) {
    if (node.nodeType === TEXT) pieces.push((node.nodeValue ?? '').replaceAll(/\s+/g, ' '));
    else if (isBlock(node)) pieces.push('\n');
    const child: Node | null = isSilent(node.nodeName.toLowerCase()) ? null : node.firstChild;
    node = child ?? next(node, root, pieces);
  }
  return tidy(pieces.join(''));
}

const TEXT = 3;
const ELEMENT = 1;

function isBlock({ nodeType, nodeName }: Node): boolean {
  return nodeType === ELEMENT && !isInline(nodeName.toLowerCase());
}

/** Returns the node after `node` and its children, and ends the lines of the blocks that end in between. */
function next(node: Node, root: Node, pieces: string[]): Node | null {
  for (let at: Node | null = node; at !== null && at !== root; at = at.parentNode) {
    if (isBlock(at)) pieces.push('\n');
    if (at.nextSibling) return at.nextSibling;
  }
  return null;
}

/** Removes spaces around lines, and all but one of several empty lines. */
export function tidy(text: string): string {
  return text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
