import type { Random } from '../../../shared/random.ts';
import type { Conversation } from './conversation.ts';

/** The maximum random weight, which decides between proposals with similar numbers of figures. */
const MAX_LUCK = 4;

/**
 * Returns the vote of the agent: a proposal with many figures, of another agent if possible. Null if the prompt is not
 * a vote.
 */
export function readVote({ prompt, agent }: Conversation, random: Random): string | null {
  if (!prompt.startsWith('# Vote: ')) return null;
  const [, ...sections] = prompt.split(/^## Proposal of /m);
  const proposals = sections.map((section) => ({
    agent: section.split('\n')[0] ?? '',
    weight: (section.match(/\d+/g) ?? []).length + random.int(0, MAX_LUCK),
  }));
  const others = proposals.filter((proposal) => proposal.agent !== agent);
  const [best] = (others.length > 0 ? others : proposals).toSorted((a, b) => b.weight - a.weight);
  return best?.agent ?? null;
}
