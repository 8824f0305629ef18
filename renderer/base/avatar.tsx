import type { Crew } from '../../shared/project/schema.ts';
import { agentColor, initials } from './agent-color.ts';

interface Props {
  project: Pick<Crew, 'agents'>;
  name: string | null;
  small?: boolean;
  /** So many agents share it, where it is nobody's own. */
  several?: number;
}

/** An agent's mark: its initials on its colour. Beside it stands the name, so it says nothing itself. */
export function Avatar({ project, name, small = false, several = 0 }: Props) {
  const nobody = several > 0 ? `×${several}` : '?';
  const style = { '--c': agentColor(project, name) };
  return (
    <span aria-hidden="true" className={small ? 'avatar small' : 'avatar'} style={style}>
      {name === null ? nobody : initials(name)}
    </span>
  );
}
