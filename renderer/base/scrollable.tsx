/** A scrollable region without focusable content. It can have the focus itself, so that keys scroll it. */
export function Scrollable({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys.
    <div className={className} tabIndex={0}>
      {children}
    </div>
  );
}
