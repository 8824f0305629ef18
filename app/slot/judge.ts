import { z } from 'zod';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { Judge } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import type { AnswerCheck } from './answer-check.ts';
import { type NestedConversation, runNestedConversation } from './nested-conversation.ts';
import { findCorrectedJson } from './repaired-answer.ts';
import type { TurnPort } from './turn-port.ts';

const verdictSchema = z.object({ approved: z.boolean(), remark: z.string().default('') });

export type Verdict =
  | { status: 'approved' }
  | { status: 'refused'; remark: string }
  /** The judge gave no verdict in two answers. */
  | { status: 'none' }
  /** The judge could not be called. */
  | { status: 'ended'; outcome: SlotOutcome };

export interface JudgeQuestion extends Judge {
  /** The same for the same answer in every attempt of the turn. */
  id: string;
  judges: NonNullable<NestedConversation['judges']>;
  /** The question for the judge, under its heading. */
  question: string;
  /** The answer that is judged. */
  answer: string;
}

/**
 * Has another agent judge an answer, inside the turn that gave the answer. The time, tokens and cost count to the
 * judge.
 */
export async function judge(turn: TurnSubmission, port: TurnPort, asked: JudgeQuestion): Promise<Verdict> {
  const { id, judges, agent: to, question, brief, answer } = asked;
  const from = turn.agent.name;
  const prompt = [question, brief, `## Result of ${from}\n\n${answer}`, VERDICT].join('\n\n');
  const outcome = await runNestedConversation(turn, port, {
    id,
    from,
    to,
    question: true,
    judges,
    prompt,
    tools: [],
    checks: [VERDICT_CHECK],
  });
  if (outcome.status === 'value') return verdictIn(outcome.text) ?? { status: 'none' };
  return { status: 'ended', outcome };
}

const VERDICT =
  '## Your verdict\n\nAnswer with one JSON object and nothing else: {"approved": true}, or {"approved": false, "remark": "what must change"}.';

/** Asks the judge once more if its answer is not a verdict. The caller decides what a missing second verdict means. */
const VERDICT_CHECK: AnswerCheck = {
  what: null,
  tries: 1,
  check: (text) => {
    if (verdictIn(text)) return { status: 'met', text };
    const feedback =
      'Your answer is not a verdict. Answer only with {"approved": true} or {"approved": false, "remark": "…"}.';
    return { status: 'unmet', detail: 'it is not a verdict', feedback };
  },
  refuse: () => null,
};

function verdictIn(text: string): Verdict | null {
  const found = findCorrectedJson(text, (value) => verdictSchema.safeParse(value).success);
  const parsed = verdictSchema.safeParse(found?.value);
  if (!parsed.success) return null;
  const { approved, remark } = parsed.data;
  return approved ? { status: 'approved' } : { status: 'refused', remark };
}
