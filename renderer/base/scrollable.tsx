/** A scrollable region without focusable content. It can have the focus itself, so that keys can scroll it. */
export function Scrollable({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: needs the focus for scrolling with keys
    <div className={className} tabIndex={0}>
      {children}
    </div>
  );
}
