import type { EventOf, FileContent } from '../../../shared/run/events.ts';
import type { TaskState } from '../../../shared/run/state.ts';

type Beside = Pick<TaskState, 'degraded' | 'missing' | 'shortened' | 'edited'> & { files: readonly FileContent[] };

/** What `task.completed` says of a result beside its text: only what is so. */
export function beside({
  degraded,
  missing,
  shortened,
  edited,
  files,
}: Beside): Pick<EventOf<'task.completed'>, keyof Beside> {
  return {
    ...(degraded ? { degraded } : {}),
    ...(missing.length > 0 ? { missing: [...missing] } : {}),
    ...(shortened.length > 0 ? { shortened: [...shortened] } : {}),
    ...(edited ? { edited } : {}),
    ...(files.length > 0 ? { files: [...files] } : {}),
  };
}
