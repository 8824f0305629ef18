import type { Crew } from '../../shared/crew/schema.ts';
import { agentColor, initials } from './agent-color.ts';

interface Props {
  crew: Pick<Crew, 'agents'>;
  name: string | null;
  small?: boolean;
  /** The number of agents, if the mark belongs to more than one. */
  count?: number;
}

/** An agent's mark: its initials on its color. The name is next to it, so the mark is hidden from screen readers. */
export function Avatar({ crew, name, small = false, count = 0 }: Props) {
  const placeholder = count > 0 ? `×${count}` : '?';
  const style = { '--c': agentColor(crew, name) };
  return (
    <span aria-hidden="true" className={small ? 'avatar small' : 'avatar'} style={style}>
      {name === null ? placeholder : initials(name)}
    </span>
  );
}
