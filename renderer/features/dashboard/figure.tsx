import type { ShownFigure } from '../../../shared/figures/catalogue/catalogue.ts';

/** A figure with its definition on hover. */
export function Figure({ label, text, definition }: Omit<ShownFigure, 'key'>) {
  return (
    <div className="figure" title={definition}>
      <dt>{label}</dt>
      <dd className="num">{text}</dd>
    </div>
  );
}

/** The figures of a section of the catalogue. */
export function Figures({ shown }: { shown: readonly ShownFigure[] }) {
  return (
    <dl className="figures">
      {shown.map(({ key, ...figure }) => (
        <Figure key={key} {...figure} />
      ))}
    </dl>
  );
}

/** A block of the dashboard with a title, which shows the definition of its figures on hover. */
export function Block({
  title,
  definition,
  children,
}: {
  title: string;
  definition?: string;
  children: React.ReactNode;
}) {
  return (
    <section className="block" aria-label={title}>
      <h3 title={definition}>{title}</h3>
      {children}
    </section>
  );
}

/** A bar whose length is a share from 0 to 1, next to its label. */
export function Share({ name, share, value, color }: { name: string; share: number; value: string; color: string }) {
  return (
    <div className="share">
      <span className="ellipsis" title={name}>
        {name}
      </span>
      <span className="track" aria-hidden="true">
        <span style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%`, background: color }} />
      </span>
      <span className="num">{value}</span>
    </div>
  );
}

/** A long text is truncated; hover shows all of it. */
export function Name({ children }: { children: string }) {
  return (
    <span className="name" title={children}>
      {children}
    </span>
  );
}
