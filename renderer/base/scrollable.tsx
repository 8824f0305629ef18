/** A part that scrolls and holds nothing to press: the keyboard reaches it by itself. */
export function Scrollable({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys.
    <div className={className} tabIndex={0}>
      {children}
    </div>
  );
}
