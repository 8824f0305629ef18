import { fillPlaceholders } from '../../../shared/crew/placeholders.ts';
import type { Agent, Crew, Task } from '../../../shared/crew/schema.ts';
import { titleOf } from '../../../shared/crew/titles.ts';
import { managerOf } from '../../../shared/run/assignment.ts';
import { roleOf, turnNameOf } from '../../../shared/run/consensus.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import { noteBefore } from '../../../shared/run/review.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { ToAssign } from '../../../shared/slot/assignment.ts';
import type { ToolTexts, TurnAgent, TurnSubmission } from '../../../shared/slot/protocol.ts';
import type { RunEnvironment } from '../request.ts';
import type { Results } from '../turns/results.ts';
import type { Transcripts } from '../turns/transcript.ts';
import { type Ballot, PROPOSAL_NOTE, votePrompt } from './consensus-prompt.ts';
import { assignmentPrompt, systemPrompt, type TaskPrompt, taskBrief, taskPrompt, withNote } from './prompt.ts';

export interface DispatchDeps {
  run: string;
  crew: Crew;
  state: RunState;
  environment: RunEnvironment;
  rehearsal: boolean;
  seed: number;
  inputs: Readonly<Record<string, string>>;
  results: Results;
  transcripts: Transcripts;
  /** The tool descriptions of tasks whose cache key already includes them. */
  toolTexts: ReadonlyMap<string, ToolTexts>;
}

/** The task, the turn and its agent. */
export type TurnToStart = Pick<EventOf<'attempt.started'>, 'task' | 'attempt' | 'turn' | 'agent'>;

export interface Dispatched {
  submission: TurnSubmission;
  /** Tasks of its context whose results were shortened. */
  shortened: string[];
}

/** The work of a turn. */
type Work = Pick<
  TurnSubmission,
  | 'agent'
  | 'prompt'
  | 'quoted'
  | 'coworkers'
  | 'output_schema'
  | 'guardrail'
  | 'manager'
  | 'assignment'
  | 'choices'
  | 'choice_roles'
> & {
  shortened?: string[];
};

/** Builds the submission of a turn from the decision to start it. */
export class Dispatcher {
  readonly #deps: DispatchDeps;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #manager: string | null;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
    this.#tasks = new Map(deps.crew.tasks.map((task) => [task.name, task]));
    this.#agents = new Map(deps.crew.agents.map((agent) => [agent.name, agent]));
    this.#manager = managerOf(deps.crew);
  }

  task(name: string): Task | undefined {
    return this.#tasks.get(name);
  }

  /** Returns an agent of the crew with its tools, or null. */
  agent(name: string): TurnAgent | null {
    const agent = this.#agents.get(name);
    return agent ? this.#turnAgent(agent, agent.tools) : null;
  }

  /** Returns the submission. Throws for an unknown agent or task, which a valid crew and its scheduler never name. */
  submission(started: TurnToStart): Dispatched {
    const agent = this.#agents.get(started.agent);
    if (!agent) throw new Error(`The scheduler started ${started.task} with ${started.agent}, who is no agent.`);
    const task = this.#tasks.get(started.task);
    const { shortened = [], ...work } = this.#workOf(task, agent, started.turn);
    const { run, transcripts, rehearsal, seed, toolTexts } = this.#deps;
    const texts = toolTexts.get(started.task);
    const turn = started.turn ?? null;
    const submission: TurnSubmission = {
      key: { run, task: started.task, attempt: started.attempt, turn },
      ...work,
      transcript: [...transcripts.of(started.task, turn)],
      nested_conversations: transcripts.asidesOf(started.task, turn),
      memory_mib: this.#deps.crew.settings.slot_memory_mib,
      rehearsal,
      ...(texts === undefined ? {} : { tool_texts: texts }),
      seed,
      timeout_ms: this.#timeoutMs(task),
    };
    return { submission, shortened };
  }

  #workOf(task: Task | undefined, agent: Agent, turn: string | undefined): Work {
    if (!task) return this.#assignment(agent);
    const role = roleOf(turn);
    if (role?.kind === 'vote') return this.#vote(task, agent);
    const { text, quoted, shortened } = this.#taskPrompt(task, agent);
    return {
      agent: this.#turnAgent(agent, task.tools ?? agent.tools),
      prompt: role === null ? text : `${text}\n\n${PROPOSAL_NOTE}`,
      quoted,
      coworkers: agent.allow_delegation ? this.#coworkers(agent) : [],
      ...(task.output_schema === undefined ? {} : { output_schema: task.output_schema }),
      ...this.#guardrailOf(task),
      ...this.#managerOf(task, agent),
      shortened,
    };
  }

  #guardrailOf(task: Task): Pick<Work, 'guardrail'> {
    const { guardrail: rule } = task;
    if (!rule) return {};
    const judge = 'agent' in rule ? this.#agents.get(rule.agent) : undefined;
    const brief = taskBrief('Task', task, this.#fill);
    const sources = task.context.flatMap((name) => {
      const given = this.#tasks.get(name);
      return given && this.#deps.results.of(name) !== null ? [{ name, title: titleOf(given) }] : [];
    });
    return {
      guardrail: {
        rule: 'agent' in rule ? { ...rule, criteria: this.#fill(rule.criteria) } : rule,
        ...(judge ? { judge: { agent: this.#turnAgent(judge, []), brief } } : {}),
        sources,
      },
    };
  }

  /** Returns the manager if the crew enables manager review. */
  #managerOf(task: Task, agent: Agent): Pick<Work, 'manager'> {
    const { process, settings } = this.#deps.crew;
    const manager = process === 'hierarchical' && settings.manager_review && this.#agents.get(this.#manager ?? '');
    if (!manager || manager === agent) return {};
    return { manager: { agent: this.#turnAgent(manager, []), brief: taskBrief('Task', task, this.#fill) } };
  }

  /** A voting agent has no tools: it only judges the proposals. */
  #vote(task: Task, agent: Agent): Work {
    const proposals = this.#proposals(task);
    const { text, quoted } = votePrompt(task, proposals, this.#deps.environment.contextWindow(agent.name), this.#fill);
    return {
      agent: this.#turnAgent(agent, []),
      prompt: text,
      quoted,
      coworkers: [],
      choices: proposals.map((proposal) => proposal.agent),
      choice_roles: Object.fromEntries(proposals.map(({ agent: name }) => [name, this.#roleOf(name)])),
    };
  }

  #roleOf(agent: string): string {
    return this.#fill(this.#agents.get(agent)?.role ?? '');
  }

  #proposals(task: Task): Ballot[] {
    const { state, results } = this.#deps;
    const { council = [], proposals = [] } = state.tasks.get(task.name) ?? {};
    const made = new Set(proposals.map(({ agent }) => agent));
    return council.flatMap((agent) => {
      const text = made.has(agent) ? results.outputOf(task.name, turnNameOf({ kind: 'propose', agent })) : null;
      return text === null ? [] : [{ agent, text }];
    });
  }

  #timeoutMs(task: Task | undefined): number {
    return Math.round((task?.timeout_s ?? this.#deps.crew.settings.task_timeout_s) * 1000);
  }

  #taskPrompt(task: Task, agent: Agent): TaskPrompt {
    const { state, results, environment } = this.#deps;
    const chosen = task.context.filter((name) => state.tasks.get(name)?.status !== 'not_chosen');
    const context = chosen.map((name) => ({ task: name, text: results.of(name) }));
    const prompt = taskPrompt(task, context, environment.contextWindow(agent.name), this.#fill);
    const before = state.tasks.get(task.name);
    const note = before ? noteBefore(before) : null;
    return note === null ? prompt : { ...prompt, text: withNote(prompt.text, note) };
  }

  #assignment(manager: Agent): Work {
    const { crew, state } = this.#deps;
    const isOpen = (task: string) => state.tasks.get(task)?.status === 'pending';
    return {
      agent: this.#turnAgent(manager, []),
      prompt: assignmentPrompt(crew, isOpen, this.#fill).text,
      coworkers: [],
      assignment: assignmentOf(crew, state),
    };
  }

  #coworkers(agent: Agent): TurnAgent[] {
    const others = this.#deps.crew.agents.filter((other) => other.name !== agent.name);
    return others.map((other) => this.#turnAgent(other, other.tools));
  }

  #turnAgent(agent: Agent, tools: readonly string[]): TurnAgent {
    const { api_key: _, ...model } = this.#deps.environment.access(agent.name);
    return {
      name: agent.name,
      role: this.#fill(agent.role),
      goal: this.#fill(agent.goal),
      system: systemPrompt(agent, this.#fill),
      model,
      tools: [...tools],
      max_iterations: agent.max_iterations,
    };
  }

  readonly #fill = (text: string): string => fillPlaceholders(text, this.#deps.inputs);
}

/** The tasks that wait for an assignment, and the agents to choose from. */
export function assignmentOf(crew: Crew, state: RunState): ToAssign {
  const open = crew.tasks.filter((task) => task.agent === undefined && state.tasks.get(task.name)?.agent === null);
  return {
    tasks: open.map((task) => task.name),
    agents: crew.agents.map((agent) => agent.name),
    titles: Object.fromEntries(open.flatMap(({ name, title }) => (title === undefined ? [] : [[name, title]]))),
    roles: Object.fromEntries(crew.agents.map(({ name, role }) => [name, role])),
  };
}
