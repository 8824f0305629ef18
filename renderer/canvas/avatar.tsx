import type { Project } from '../../shared/project/schema.ts';
import { agentColor, initials } from './agent-color.ts';

/** An agent's mark: its initials on its colour. Beside it stands the name, so it says nothing itself. */
export function Avatar({ project, name, small = false }: { project: Project; name: string | null; small?: boolean }) {
  const style = { '--c': agentColor(project, name) };
  return (
    <span aria-hidden="true" className={small ? 'avatar small' : 'avatar'} style={style}>
      {name === null ? '?' : initials(name)}
    </span>
  );
}
