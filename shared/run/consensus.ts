import { agentsOfFile } from '../crew/link.ts';
import { hasPerformer } from '../crew/performers.ts';
import type { Crew, Task } from '../crew/schema.ts';
import { crewAround } from './expansion/crew-around.ts';
import type { TaskState } from './task-state.ts';

/** The role of a turn in a consensual task. */
export interface TurnRole {
  kind: 'propose' | 'vote';
  agent: string;
}

export function turnNameOf({ kind, agent }: TurnRole): string {
  return `${kind}:${agent}`;
}

/** Returns the role in a turn's name (`propose:AGENT`, `vote:AGENT`); null for the only turn of any other task. */
export function roleOf(turn: string | null | undefined): TurnRole | null {
  const [, kind, agent = ''] = /^(propose|vote):(.+)$/s.exec(turn ?? '') ?? [];
  return kind === 'propose' || kind === 'vote' ? { kind, agent } : null;
}

/**
 * Returns the council of a task in declared order: its `agents`, each once, or all agents of its crew file if it names
 * none. Empty if the process of the file is not consensual, and for a task that has no turns of its own.
 */
export function councilOf(crew: Crew, task: Task): string[] {
  const { file, crew: around } = crewAround(crew, task.name);
  const { agents, for_each } = task;
  if (around.process !== 'consensual' || for_each !== undefined || !hasPerformer(task)) return [];
  const named = [...new Set(agents)];
  return named.length > 0 ? named : agentsOfFile(crew, file).map((agent) => agent.name);
}

/** Returns the agents that a consensual task asks for proposals and votes: those that it names, or all. */
export function consensualAgents(crew: Pick<Crew, 'agents'>, { agents }: Pick<Task, 'agents'>): string[] {
  const named = [...new Set(agents)];
  return named.length > 0 ? named : crew.agents.map((agent) => agent.name);
}

/** A proposal with its voters. */
export interface ProposalVotes {
  agent: string;
  voters: string[];
}

/**
 * Returns the proposals with most votes first, ties in declared order. The first is the result, if there are a proposal
 * and a vote.
 */
export function standings({
  council,
  proposals,
  votes,
}: Pick<TaskState, 'council' | 'proposals' | 'votes'>): ProposalVotes[] {
  const counted = proposals.map(({ agent }) => ({
    agent,
    voters: votes.filter(({ choice }) => choice === agent).map((vote) => vote.agent),
  }));
  return counted.sort(
    (a, b) => b.voters.length - a.voters.length || council.indexOf(a.agent) - council.indexOf(b.agent),
  );
}

/** Returns the agent whose proposal has won, or is ahead; null before the first proposal. */
export function winnerOf(task: Pick<TaskState, 'council' | 'proposals' | 'votes'>): string | null {
  return standings(task)[0]?.agent ?? null;
}
