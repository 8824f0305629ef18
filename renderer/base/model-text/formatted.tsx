import { memo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { toast } from '../../state/ui.ts';
import { call } from '../bridge.ts';

const PLUGINS = [remarkGfm];

/** A link in model text never opens automatically: pressing it copies the address. Images are not loaded. */
const COMPONENTS: Components = {
  a: ({ href = '', children }) => (
    <button type="button" className="copied-link" title={`Copy ${href}`} onClick={() => copyAddress(href)}>
      {children}
    </button>
  ),
  img: ({ alt = '', src }) => <span className="muted">{`[picture: ${alt || String(src ?? '')}]`}</span>,
  input: ({ checked }) => <span aria-hidden="true">{checked ? '☑' : '☐'}</span>,
};

function copyAddress(text: string): void {
  void call('app.copy', { text });
  toast('info', 'Address copied.');
}

/** Renders Markdown that contains only printable characters. */
export const Formatted = memo(function Formatted({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={PLUGINS} components={COMPONENTS} skipHtml={false}>
      {text}
    </Markdown>
  );
});
