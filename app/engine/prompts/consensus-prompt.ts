import type { Task } from '../../../shared/crew/schema.ts';
import { type QuotingPrompt, quotingPrompt } from '../quoted-texts.ts';
import { type Fill, roomFor, taskBrief } from './prompt.ts';

/** The instruction for a proposing agent, after the task. */
export const PROPOSAL_NOTE =
  '## Proposal\n\nSeveral agents work on this task independently and then vote on the proposals. Answer only with your own, complete proposal: it may become the result without changes.';

/** A proposal under the name of the agent that made it. */
export interface Ballot {
  agent: string;
  text: string;
}

/** Returns the prompt of a vote: the task's texts and all proposals, shortened fairly to fit the model's window. */
export function votePrompt(task: Task, proposals: readonly Ballot[], windowTokens: number, fill: Fill): QuotingPrompt {
  const agents = proposals.map(({ agent }) => agent);
  const texts = proposals.map(({ agent, text }) => ({ heading: `## Proposal of ${agent}`, text }));
  const end = `## How to vote\n\nWhich proposal solves the task best? Judge your own proposal, if it is listed, like the others. Answer with one JSON object and nothing else: {"vote": "NAME"}, where NAME is one of: ${agents.join(', ')}.`;
  return quotingPrompt(taskBrief('Vote', task, fill), texts, end, roomFor(windowTokens));
}
