import type { EventOf, FileContent } from '../../run/events.ts';
import type { TaskState } from '../../run/task-state.ts';

type CompletionFacts = Pick<TaskState, 'degraded' | 'missing' | 'shortened' | 'unmet' | 'edited'> & {
  files: readonly FileContent[];
};

/** Returns the optional fields of `task.completed`: only the ones that apply to the result. */
export function beside({
  degraded,
  missing,
  shortened,
  unmet,
  edited,
  files,
}: CompletionFacts): Pick<EventOf<'task.completed'>, keyof CompletionFacts> {
  return {
    ...(degraded ? { degraded } : {}),
    ...(missing.length > 0 ? { missing: [...missing] } : {}),
    ...(shortened.length > 0 ? { shortened: [...shortened] } : {}),
    ...(unmet.length > 0 ? { unmet: [...unmet] } : {}),
    ...(edited ? { edited } : {}),
    ...(files.length > 0 ? { files: [...files] } : {}),
  };
}
