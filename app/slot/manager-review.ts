import type { Message } from '../../shared/slot/message.ts';
import type { Judge } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { type AnswerCheck, type CheckResult, finalAnswers } from './answer-check.ts';
import { judge } from './judge.ts';
import type { TurnPort } from './turn-port.ts';

const SENT_BACK = '# Sent back by ';

/**
 * The manager's review of an answer (`settings.manager_review`). The manager may send the answer back once, with a
 * remark; the next answer is accepted. The remark is part of the conversation, so that a later attempt that continues
 * from it requests no second review.
 */
export function managerReview(turn: TurnSubmission, port: TurnPort, manager: Judge): AnswerCheck {
  const { name } = manager.agent;
  const isDone = (messages: readonly Message[]) =>
    messages.some(({ role, content }) => role === 'user' && content?.startsWith(SENT_BACK));
  return {
    what: 'manager_review',
    tries: 1,
    check: async (answer, messages): Promise<CheckResult | null> => {
      if (isDone(messages)) return null;
      const id = `review-${finalAnswers(messages).length}`;
      const question = `# Review\n\nYou are the manager. ${turn.agent.name} did the task below. Approve the result, or send it back with a remark on what must change. You can send it back once.`;
      const verdict = await judge(turn, port, { ...manager, id, judges: 'manager_review', question, answer });
      switch (verdict.status) {
        case 'approved':
          return { status: 'met', text: answer };
        case 'none':
          return { status: 'met', text: answer, detail: `${name} gave no verdict; the result is accepted` };
        case 'ended':
          return verdict;
        case 'refused': {
          const remark = verdict.remark.trim() || 'Make it better.';
          const feedback = `${SENT_BACK}${name}\n\n${remark}\n\nGive the complete result again.`;
          return { status: 'unmet', detail: remark, feedback };
        }
      }
    },
    refuse: () => null,
  };
}
