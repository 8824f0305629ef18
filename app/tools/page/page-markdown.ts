import TurndownService from 'turndown';

/** Returns the content of an element as Markdown, with links but without images. */
export function markdownOf(element: HTMLElement): string {
  const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  service.remove(['script', 'style', 'noscript', 'iframe', 'button', 'form', 'input', 'select', 'textarea']);
  service.addRule('images', { filter: 'img', replacement: () => '' });
  service.addRule('emptyLinks', {
    filter: (node) => node.nodeName === 'A' && (node.textContent ?? '').trim() === '',
    replacement: () => '',
  });
  service.addRule('cells', { filter: ['th', 'td'], replacement: (content) => ` ${cellText(content)} |` });
  service.addRule('rows', {
    filter: 'tr',
    replacement: (content, node) => {
      if (content.trim() === '') return '';
      const isFirst = node.parentElement?.closest('table')?.querySelector('tr') === node;
      const columns = content.match(/(?<!\\)\|/g)?.length ?? 0;
      return `|${content}\n${isFirst ? `|${' --- |'.repeat(columns)}\n` : ''}`;
    },
  });
  service.addRule('tableParts', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  service.addRule('tables', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  return service
    .turndown(element)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function cellText(content: string): string {
  return content
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}
