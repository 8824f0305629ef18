import { z } from 'zod';
import type { TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';
import { parametersOf, readArguments } from '../tools/arguments.ts';
import { converse } from './converse.ts';
import type { TurnPort } from './desk.ts';
import { type CalledTool, type SlotTool, toolbox } from './toolbox.ts';

const asking = z.object({ coworker: z.string(), question: z.string(), context: z.string().optional() });
const delegating = z.object({ coworker: z.string(), task: z.string(), context: z.string().optional() });

/**
 * The two tools of an agent that may delegate. A co-worker's turn runs inside this one, with its own model and tools but
 * neither of these two: one level deep.
 */
export function delegationTools(turn: TurnSubmission, port: TurnPort): SlotTool[] {
  const { coworkers } = turn;
  if (coworkers.length === 0) return [];
  const list = coworkers.map(({ name, role }) => `- ${name}: ${role}`).join('\n');
  const delegations = new Delegations(turn, port);
  return [
    {
      description: {
        name: 'ask_coworker',
        description: `Asks a co-worker a question.\n${list}`,
        parameters: parametersOf(asking),
      },
      call: async (args) => {
        const given = readArguments(asking, args);
        if (!given.ok) return given.result;
        const { coworker, question, context } = given.value;
        return delegations.run(coworker, true, `# Question from ${turn.agent.name}`, context, question);
      },
    },
    {
      description: {
        name: 'delegate_work',
        description: `Has a co-worker do a piece of work.\n${list}`,
        parameters: parametersOf(delegating),
      },
      call: async (args) => {
        const given = readArguments(delegating, args);
        if (!given.ok) return given.result;
        const { coworker, task, context } = given.value;
        return delegations.run(coworker, false, `# Work from ${turn.agent.name}`, context, task);
      },
    },
  ];
}

class Delegations {
  readonly #turn: TurnSubmission;
  readonly #port: TurnPort;
  #count = 0;

  constructor(turn: TurnSubmission, port: TurnPort) {
    this.#turn = turn;
    this.#port = port;
  }

  async run(
    name: string,
    question: boolean,
    heading: string,
    context: string | undefined,
    text: string,
  ): Promise<CalledTool> {
    const { coworkers, agent, key } = this.#turn;
    const coworker = coworkers.find((other) => other.name === name);
    if (!coworker)
      return {
        ok: false,
        text: `There is no co-worker "${name}". There are: ${coworkers.map((other) => other.name).join(', ')}.`,
      };
    this.#count += 1;
    const id = `${key.task}-${key.attempt}-${this.#count}`;
    const start = performance.now();
    this.#port.event({ type: 'delegation.started', id, from: agent.name, to: name, question });
    const result = await this.#carry(coworker, id, [heading, ...(context ? [context] : []), text].join('\n\n'));
    this.#port.event({ type: 'delegation.ended', id, ok: result.ok, ms: Math.round(performance.now() - start) });
    return result;
  }

  /** What the co-worker could not do is an answer to the one who asked; only a cancelled turn ends both. */
  async #carry(agent: TurnAgent, id: string, prompt: string): Promise<CalledTool> {
    const tools = await toolbox(this.#turn, agent, this.#port);
    const outcome = await converse({
      turn: this.#turn,
      port: this.#port,
      agent,
      prompt,
      transcript: [],
      tools,
      delegation: id,
    });
    if (outcome.status === 'value') return { ok: true, text: outcome.text };
    this.#port.signal.throwIfAborted();
    const reason = outcome.status === 'error' ? outcome.failure.message : 'it was stopped';
    return { ok: false, text: `${agent.name} could not answer: ${reason}` };
  }
}
