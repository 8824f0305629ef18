import { z } from 'zod';
import { findNamed } from '../../shared/names.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { parametersOf, readArguments } from '../tools/arguments.ts';
import { runNestedConversation } from './nested-conversation.ts';
import { type CalledTool, type SlotTool, toolbox } from './toolbox.ts';
import type { TurnPort } from './turn-port.ts';

const asking = z.object({ coworker: z.string(), question: z.string(), context: z.string().optional() });
const delegating = z.object({ coworker: z.string(), task: z.string(), context: z.string().optional() });

/** The work that a coworker receives. */
interface Work {
  coworker: string;
  question: boolean;
  context: string | undefined;
  text: string;
}

/**
 * Provides the two tools of an agent that may delegate. The coworker's conversation runs inside this turn, with its own
 * model and tools except these two: delegation is one level deep.
 */
export function delegationTools(turn: TurnSubmission, port: TurnPort): SlotTool[] {
  const { coworkers } = turn;
  if (coworkers.length === 0) return [];
  const list = coworkers.map(({ name, role }) => `- ${name}: ${role}`).join('\n');
  return [
    {
      description: {
        name: 'ask_coworker',
        description: `Asks a co-worker a question.\n${list}`,
        parameters: parametersOf(asking),
      },
      call: async (args, idempotencyKey) => {
        const given = readArguments(asking, args);
        if (!given.ok) return given.result;
        const { coworker, question: text, context } = given.value;
        return delegate(turn, port, idempotencyKey, { coworker, question: true, context, text });
      },
    },
    {
      description: {
        name: 'delegate_work',
        description: `Has a co-worker do a piece of work.\n${list}`,
        parameters: parametersOf(delegating),
      },
      call: async (args, idempotencyKey) => {
        const given = readArguments(delegating, args);
        if (!given.ok) return given.result;
        const { coworker, task: text, context } = given.value;
        return delegate(turn, port, idempotencyKey, { coworker, question: false, context, text });
      },
    },
  ];
}

/**
 * Returns a failure of the coworker as an answer to the calling agent. A cancelled turn and a refusal by the provider
 * end both conversations. The call's idempotency key identifies the delegation: it is the same in a later attempt,
 * which continues from the answered calls of the coworker.
 */
async function delegate(turn: TurnSubmission, port: TurnPort, key: string, work: Work): Promise<CalledTool> {
  const { coworkers, agent } = turn;
  const { question, context, text } = work;
  const found = findNamed(
    coworkers.map((coworker) => ({ name: coworker.name, title: coworker.role, coworker })),
    work.coworker,
  );
  if (found.status !== 'found') {
    const problem = found.status === 'ambiguous' ? 'Several co-workers may be' : 'There is no co-worker';
    const names = (found.status === 'ambiguous' ? found.items : coworkers).map(({ name }) => name).join(', ');
    return { ok: false, text: `${problem} "${work.coworker}". There are: ${names}.` };
  }
  const to = found.item.coworker;
  const heading = `# ${question ? 'Question' : 'Work'} from ${agent.name}`;
  const box = await toolbox(turn, to, port);
  if (!box.ok) return { ok: false, text: '', ended: { status: 'error', failure: box.failure } };
  const outcome = await runNestedConversation(turn, port, {
    id: `delegation-${key.slice(0, 16)}`,
    from: agent.name,
    to,
    question,
    prompt: [heading, ...(context ? [context] : []), text].join('\n\n'),
    tools: box.tools,
    checks: [],
  });
  if (outcome.status === 'value') return { ok: true, text: outcome.text };
  port.signal.throwIfAborted();
  if (outcome.status === 'error' && (outcome.failure.kind === 'rate_limit' || outcome.failure.kind === 'quota'))
    return { ok: false, text: '', ended: outcome };
  const reason = outcome.status === 'error' ? outcome.failure.message : 'it was stopped';
  return { ok: false, text: `${to.name} could not answer: ${reason}` };
}
