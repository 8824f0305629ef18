import type { Task } from '../../../shared/crew/schema.ts';
import { type QuotingPrompt, quotingPrompt } from '../quoted-texts.ts';
import { type Fill, roomFor, taskBrief } from './prompt.ts';

/** The instruction for a proposing agent, after the task. */
export const PROPOSAL_NOTE =
  '## Proposal\n\nSeveral agents work on this task, each on its own, and vote on the proposals afterwards. Answer with your own, complete proposal alone: it may be the result as it stands.';

/** A proposal under the name of the agent that made it. */
export interface Ballot {
  agent: string;
  text: string;
}

/** Returns the prompt of a vote: the task's texts and all proposals, shortened fairly to fit the model's window. */
export function votePrompt(task: Task, proposals: readonly Ballot[], windowTokens: number, fill: Fill): QuotingPrompt {
  const agents = proposals.map(({ agent }) => agent);
  const texts = proposals.map(({ agent, text }) => ({ heading: `## Proposal of ${agent}`, text }));
  const end = `## How to vote\n\nWhich proposal does the task best? Judge your own, if it is among them, as you judge the others. Answer with one JSON object and nothing else: {"vote": "NAME"}, where NAME is one of: ${agents.join(', ')}.`;
  return quotingPrompt(taskBrief('Vote', task, fill), texts, end, roomFor(windowTokens));
}
