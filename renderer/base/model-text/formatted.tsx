import { memo, type ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { call } from '../bridge.ts';
import { useNotify } from '../notify.ts';

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  a: ({ href = '', children }) => <CopiedLink address={href}>{children}</CopiedLink>,
  img: ({ alt = '', src }) => <span className="muted">{`[picture: ${alt || String(src ?? '')}]`}</span>,
  input: ({ checked }) => <span aria-hidden="true">{checked ? '☑' : '☐'}</span>,
};

/** A link in model text never opens automatically: pressing it copies the address. Images are not loaded. */
function CopiedLink({ address, children }: { address: string; children: ReactNode }) {
  const notify = useNotify();
  const copy = () => {
    void call('app.copy', { text: address });
    notify('Address copied.');
  };
  return (
    <button type="button" className="copied-link" title={`Copy ${address}`} onClick={copy}>
      {children}
    </button>
  );
}

/** Renders Markdown that contains only printable characters. */
export const Formatted = memo(function Formatted({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={PLUGINS} components={COMPONENTS} skipHtml={false}>
      {text}
    </Markdown>
  );
});
