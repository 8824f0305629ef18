import { definitions } from '../../shared/figures/definitions.ts';

/** A figure with its definition on hover. */
export function Figure({ name, value, of }: { name: string; value: string; of: keyof typeof definitions }) {
  return (
    <div className="figure" title={definitions[of]}>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

export function Block({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="block" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** A bar whose length is a share from 0 to 1, beside what it stands for. */
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
