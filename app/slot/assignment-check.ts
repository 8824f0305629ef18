import { readAssignment, type ToAssign } from '../../shared/slot/assignment.ts';
import type { AnswerCheck } from './answer-check.ts';

/** That the manager names an agent for each task. It is asked once more, no oftener: the tasks that are left are its own. */
export function assignmentCheck(assignment: ToAssign): AnswerCheck {
  return {
    what: null,
    tries: 1,
    check: (text) => {
      const { complaint } = readAssignment(assignment, text);
      return complaint === null ? { status: 'met', text } : { status: 'unmet', detail: complaint, told: complaint };
    },
    refuse: () => null,
  };
}
