import { readAssignment, type ToAssign } from '../../shared/slot/assignment.ts';
import { type AnswerCheck, finalAnswers } from './answer-check.ts';

/**
 * That the manager names an agent for each task. It is asked once more, no oftener: the tasks that are left are its own,
 * and what it had said of the others counts.
 */
export function assignmentCheck(assignment: ToAssign): AnswerCheck {
  return {
    what: null,
    tries: 1,
    check: (text, messages) => {
      const { complaint } = readAssignment(assignment, text);
      if (complaint === null) return { status: 'met', text };
      const answers = finalAnswers(messages);
      if (answers.length === 1) return { status: 'unmet', detail: complaint, told: complaint };
      const chosen = answers.flatMap(({ content }) => [...readAssignment(assignment, content ?? '').chosen]);
      return { status: 'met', text: JSON.stringify(Object.fromEntries(chosen)) };
    },
    refuse: () => null,
  };
}
