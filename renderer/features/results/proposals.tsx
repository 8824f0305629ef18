import './proposals.css';
import { useState } from 'react';
import { standings, turnNameOf } from '../../../shared/run/consensus.ts';
import type { Proposal, TaskState } from '../../../shared/run/task-state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import { GrowingText, ModelText } from '../../base/model-text/model-text.tsx';
import { useBlob } from '../../state/blob.ts';
import { turnKey, useRun } from '../../state/run.ts';
import { useWatched } from '../../state/use-watched.ts';

/** The proposals, listed separately. */
export function WatchedProposals({ run, task }: { run: string; task: TaskState }) {
  useWatched(run, task.name);
  return <Proposals run={run} task={task} />;
}

/** The proposals for a consensual task, streamed, with the votes for each; the leading proposal first. */
export function Proposals({ run, task }: { run: string; task: TaskState }) {
  const ranked = standings(task);
  const others = task.council.filter((agent) => !ranked.some((standing) => standing.agent === agent));
  const isDecided = task.status === 'completed';
  return (
    <div className="proposals">
      {ranked.map(({ agent, voters }, at) => (
        <ProposalEntry
          key={agent}
          run={run}
          proposal={task.proposals.find((proposal) => proposal.agent === agent)}
          voters={voters}
          isChosen={isDecided && at === 0}
          isOpen={!isDecided || at === 0}
        />
      ))}
      {others.map((agent) => (
        <MissingProposals key={agent} task={task} agent={agent} />
      ))}
      <p className="muted">{votesText(task)}</p>
    </div>
  );
}

interface EntryProps {
  run: string;
  proposal: Proposal | undefined;
  voters: readonly string[];
  isChosen: boolean;
  isOpen: boolean;
}

function ProposalEntry({ run, proposal, voters, isChosen, isOpen }: EntryProps) {
  const [open, setOpen] = useState(isOpen);
  if (!proposal) return null;
  return (
    <details
      className={isChosen ? 'proposal chosen' : 'proposal'}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{proposal.agent}</strong>
        {isChosen && <span className="chip">chosen</span>}
        <span className="faint num">{votedBy(voters)}</span>
      </summary>
      {open && <Text run={run} output={proposal.output} />}
    </details>
  );
}

function Text({ run, output }: { run: string; output: Proposal['output'] }) {
  const loaded = useBlob(run, 'blob' in output ? output.blob : null);
  if ('text' in output) return <ModelText text={output.text} />;
  if (loaded.status === 'loaded') return <ModelText text={loaded.text} />;
  return <p className="muted">{loaded.status === 'failed' ? loaded.message : 'Loading…'}</p>;
}

/** The agents that have not proposed yet, or failed to. */
function MissingProposals({ task, agent }: { task: TaskState; agent: string }) {
  const name = turnNameOf({ kind: 'propose', agent });
  const streamed = useRun(({ texts }) => texts.get(turnKey(task.name, name)));
  const turn = task.turns.findLast((candidate) => candidate.turn === name);
  return (
    <section className="proposal" aria-busy={turn?.result === null}>
      <header>
        <strong>{agent}</strong>
        <span className="faint">{stateOf(turn)}</span>
      </header>
      {turn?.error && <p className="failure">{turn.error.message}</p>}
      {turn?.result === null && streamed !== undefined && <GrowingText text={streamed} />}
    </section>
  );
}

function stateOf(turn: TurnState | undefined): string {
  if (!turn) return 'not started';
  if (turn.result === null) return 'writing';
  return turn.retryAt === null ? 'did not propose' : 'will be retried';
}

function votedBy(voters: readonly string[]): string {
  if (voters.length === 0) return 'no vote';
  return `${voters.length === 1 ? '1 vote' : `${voters.length} votes`}: ${voters.join(', ')}`;
}

/** The state of the vote: the agents that are voting, and the invalid votes. */
function votesText(task: TaskState): string {
  const votes = task.turns.filter(({ turn }) => turn?.startsWith('vote:'));
  if (votes.length === 0) return 'Voting starts when all agents have proposed.';
  const asked = votes.filter(({ result }) => result === null).map(({ agent }) => agent);
  const lost = votes.filter(({ result, retryAt }) => result !== null && result !== 'ok' && retryAt === null);
  const parts = [
    ...(asked.length > 0 ? [`Voting now: ${asked.join(', ')}.`] : []),
    ...lost.map(({ agent, error }) => `${agent} did not vote${error ? `: ${error.message}` : '.'}`),
  ];
  return parts.join(' ');
}
