import type { Task } from '../../../shared/crew/schema.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

/**
 * Returns what the limits of a task leave to its next turn, after the calls of all of its turns so far, including those
 * of coworkers and judges.
 */
export function limitsOf(task: Task | undefined, state: TaskState | undefined): Pick<TurnSubmission, 'limits'> {
  const { call_limit: calls, token_limit: tokens } = task ?? {};
  if (calls === undefined && tokens === undefined) return {};
  const made = (state?.turns ?? []).flatMap((turn) => turn.calls);
  const answered = made.filter(({ error }) => error === null).length;
  const used = made.reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0);
  return {
    limits: {
      ...(calls === undefined ? {} : { calls: Math.max(0, calls - answered) }),
      ...(tokens === undefined ? {} : { tokens: Math.max(0, tokens - used) }),
    },
  };
}
