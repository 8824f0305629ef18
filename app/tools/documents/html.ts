import Turndown from 'turndown';

/** Elements without readable text. */
const LEFT_OUT = ['script', 'style', 'noscript', 'template', 'iframe', 'object', 'svg', 'title'] as const;

/** Converts HTML to Markdown. Rows of tables become lines with cells between `|`. */
export function htmlText(html: string): string {
  const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  turndown.remove((node) => LEFT_OUT.some((name) => name === node.nodeName.toLowerCase()));
  // A picture inside the document is a long text of data.
  turndown.addRule('image', {
    filter: 'img',
    replacement: (_content, node) =>
      node instanceof Object && 'alt' in node && node.alt ? `[image: ${node.alt}]` : '',
  });
  turndown.addRule('cell', {
    filter: ['td', 'th'],
    replacement: (content) =>
      ` ${content
        .trim()
        .replaceAll(/\s*\n\s*/g, ' ')
        .replaceAll('|', '\\|')} |`,
  });
  turndown.addRule('row', {
    filter: 'tr',
    replacement: (content, node) => {
      const cells = content.split(/(?<!\\)\|/).length - 1;
      const isFirst = node.previousSibling === null && isFirstPart(node.parentNode);
      return `\n|${content}${isFirst ? `\n|${' --- |'.repeat(cells)}` : ''}`;
    },
  });
  turndown.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  turndown.addRule('tableParts', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  return turndown.turndown(html).trim();
}

/** Whether rows below this node are the first of their table. */
function isFirstPart(node: ParentNode | null): boolean {
  return node === null || node.nodeName === 'TABLE' || node.previousSibling === null;
}
