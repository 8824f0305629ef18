import { readAssignment, type ToAssign } from '../../shared/slot/assignment.ts';
import { type AnswerCheck, finalAnswers } from './answer-check.ts';

/**
 * Checks that the manager names an agent for each task. An incomplete answer is sent back once. The manager then
 * executes the tasks that still have no agent; valid choices of the first answer remain.
 */
export function assignmentCheck(assignment: ToAssign): AnswerCheck {
  return {
    what: null,
    tries: 1,
    check: (text, messages) => {
      const { complaint } = readAssignment(assignment, text);
      if (complaint === null) return { status: 'met', text };
      const answers = finalAnswers(messages);
      if (answers.length === 1) return { status: 'unmet', detail: complaint, feedback: complaint };
      const chosen = answers.flatMap(({ content }) => [...readAssignment(assignment, content ?? '').chosen]);
      return { status: 'met', text: JSON.stringify(Object.fromEntries(chosen)) };
    },
    refuse: () => null,
  };
}
