import type { PlanView, TurnPlan, TurnToStart } from '../../../shared/control/base/plan.ts';
import { toAssign } from '../../../shared/control/turns/to-assign.ts';
import { contextOf as namesOfContext } from '../../../shared/crew/context.ts';
import { type Guardrail, guardrailsOf } from '../../../shared/crew/guardrails.ts';
import { isKnownBy, knowledgeSettingsOf } from '../../../shared/crew/knowledge.ts';
import { agentsOfFile } from '../../../shared/crew/link.ts';
import { hasMemory, MEMORY_TOOLS } from '../../../shared/crew/memory.ts';
import { fillPlaceholders, joinValues, type Values, withFilledPaths } from '../../../shared/crew/placeholders.ts';
import { definitionsFor, namesFor } from '../../../shared/crew/resolve-tools.ts';
import { choicesOfRouter } from '../../../shared/crew/router.ts';
import type { Agent, Crew, Task } from '../../../shared/crew/schema.ts';
import { titleOf } from '../../../shared/crew/titles.ts';
import { type Guidance, guidanceOf, joinGuidance, NO_GUIDANCE } from '../../../shared/crew/training.ts';
import { outputValue } from '../../../shared/expressions/output-value.ts';
import { managerOf } from '../../../shared/run/assignment.ts';
import { roleOf, turnNameOf } from '../../../shared/run/consensus.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import { crewAround, tasksByName } from '../../../shared/run/expansion/crew-around.ts';
import { namedContext } from '../../../shared/run/expansion/named-context.ts';
import { withoutItems } from '../../../shared/run/expansion/task-names.ts';
import { noteBefore } from '../../../shared/run/review.ts';
import type { TurnAgent } from '../../../shared/slot/turn-agent.ts';
import type { TurnGuardrail, TurnGuardrails, TurnSubmission } from '../../../shared/slot/turn-submission.ts';
import type { RunEnvironment } from '../request.ts';
import { type Ballot, PROPOSAL_NOTE, votePrompt } from './consensus-prompt.ts';
import { contextOf } from './context-of.ts';
import { placeholderValues } from './placeholder-values.ts';
import {
  assignmentPrompt,
  type Fill,
  judgePrompt,
  systemPrompt,
  type TaskPrompt,
  taskBrief,
  taskPrompt,
  withGuidance,
  withNote,
} from './prompt.ts';
import { limitsOf } from './task-limits.ts';
import { agentOfCall, turnCall } from './turn-call.ts';

/** The facts of a run that its turns depend on. */
export type PlannedRun = Pick<EventOf<'run.started'>, 'run' | 'rehearsal' | 'seed' | 'inputs'>;

/** The work of a turn. */
type Work = Pick<
  TurnSubmission,
  | 'agent'
  | 'prompt'
  | 'quoted'
  | 'attachments'
  | 'knowledge'
  | 'memory'
  | 'coworkers'
  | 'output_schema'
  | 'router'
  | 'guardrails'
  | 'manager'
  | 'assignment'
  | 'choices'
  | 'choice_roles'
  | 'call'
> & {
  shortened?: string[];
};

/** The number of items of the memory in a prompt. */
const MEMORY_ITEMS = 3;
/** Longer queries find no better passages. */
const MAX_QUERY_CHARACTERS = 2000;

/** The fallback that the previous attempt of a turn left to the next. */
function firstFallback({ run }: PlanView, { task, turn }: TurnToStart): Pick<TurnSubmission, 'first_fallback'> {
  const earlier = run.tasks.get(task)?.turns.findLast((one) => one.turn === (turn ?? null) && one.end !== null);
  const fallback = earlier?.nextFallback ?? null;
  return fallback === null ? {} : { first_fallback: fallback };
}

function withoutTries({ rules, ...guardrails }: TurnGuardrails): TurnGuardrails {
  return { ...guardrails, rules: rules.map((one) => ({ ...one, rule: { ...one.rule, tries: 0 } })) };
}

/** Returns what the answer of a router must choose from. */
function routerOf(task: Task): Pick<Work, 'router'> {
  const { choose, default_choice } = task;
  const choices = choicesOfRouter(task);
  return choices === undefined
    ? {}
    : { router: { choices: [...choices], choose, has_default: default_choice !== undefined } };
}

/** Plans turns: builds the submission of a turn from the decision to start it and the state of the run. */
export class TurnPlanner {
  readonly #environment: RunEnvironment;
  readonly #run: PlannedRun;
  readonly #inputs: Values;
  readonly #crew: Crew;
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #guidance: Guidance;

  constructor(environment: RunEnvironment, run: PlannedRun) {
    this.#environment = environment;
    this.#run = run;
    this.#inputs = joinValues(environment.crew.inputs, run.inputs ?? {});
    this.#crew = withFilledPaths(environment.crew, this.#inputs);
    this.#agents = new Map(this.#crew.agents.map((agent) => [agent.name, agent]));
    const { namedFiles, guidance = NO_GUIDANCE } = environment;
    this.#guidance = joinGuidance(
      guidanceOf(environment.crew, (path) => namedFiles?.get(path)?.text),
      guidance,
    );
  }

  /** Returns an agent of the crew with its tools, or null. */
  agent(name: string): TurnAgent | null {
    const agent = this.#agents.get(name);
    return agent ? this.#turnAgent(agent, agent.tools, this.#fill) : null;
  }

  /** Returns the plan. Throws for an unknown agent or task, which a valid crew and its scheduler never name. */
  plan(view: PlanView, started: TurnToStart): TurnPlan {
    const task = tasksByName(view.run.crew).get(started.task);
    const { shortened = [], ...work } = this.#workBy(view, task, started);
    const { run, rehearsal, seed } = this.#run;
    const texts = view.toolTextsOf(started.task);
    const definitions = this.#definitions(work);
    const turn = started.turn ?? null;
    const submission: TurnSubmission = {
      key: { run, task: started.task, attempt: started.attempt, turn },
      ...work,
      ...firstFallback(view, started),
      ...limitsOf(task, view.run.tasks.get(started.task)),
      transcript: [...view.transcriptOf(started.task, turn)],
      nested_conversations: view.nestedConversationsOf(started.task, turn),
      memory_mib: this.#crew.settings.slot_memory_mib,
      rehearsal,
      ...(texts === undefined ? {} : { tool_texts: texts }),
      ...(definitions === null ? {} : { tool_definitions: definitions }),
      ...this.#databases(work),
      seed,
      ...(this.#environment.recording ? { recording: this.#environment.recording.mode } : {}),
      timeout_ms: this.#timeoutMs(task),
    };
    return { submission, shortened };
  }

  /** The tools of the crew itself that a turn can use; null if there are none. */
  #definitions({ agent, coworkers }: Work): TurnSubmission['tool_definitions'] | null {
    if (this.#crew.tools.length === 0) return null;
    const names = [agent, ...coworkers].flatMap(({ tools }) => tools);
    const definitions = definitionsFor(names, this.#crew, this.#environment.namedFiles);
    return Object.keys(definitions).length === 0 ? null : definitions;
  }

  /** The databases, if an agent of a turn can read them. */
  #databases({ agent, coworkers }: Work): Pick<TurnSubmission, 'databases'> {
    const { databases } = this.#crew;
    const isUsed = [agent, ...coworkers].some(({ tools }) => tools.includes('sql_query'));
    return isUsed && Object.keys(databases).length > 0 ? { databases } : {};
  }

  #workBy(view: PlanView, task: Task | undefined, started: TurnToStart): Work {
    if (task?.call !== undefined) return this.#callOf(view, { ...task, call: task.call });
    const agent = this.#agents.get(started.agent);
    if (!agent) throw new Error(`The scheduler started ${started.task} with ${started.agent}, which is not an agent.`);
    return this.#workOf(view, task, agent, started);
  }

  /** A turn without a model. Nobody can correct its answer, so its guardrails have no tries. */
  #callOf(view: PlanView, task: Task & { call: NonNullable<Task['call']> }): Work {
    const agent = agentOfCall(task.call.tool, task.approve_tools);
    const { guardrails } = this.#guardrailsOf(view, task, null);
    const values = placeholderValues(view, task);
    const state = view.run.tasks.get(task.name);
    return {
      agent,
      prompt: '',
      coworkers: [],
      call: turnCall(task, values, state, view.transcriptOf(task.name, null)),
      ...(task.output_schema === undefined ? {} : { output_schema: task.output_schema }),
      ...routerOf(task),
      ...(guardrails === undefined ? {} : { guardrails: withoutTries(guardrails) }),
    };
  }

  #workOf(view: PlanView, task: Task | undefined, agent: Agent, { task: name, turn }: TurnToStart): Work {
    if (!task) return this.#assignment(view, name, agent);
    const inFile = this.#fillFile(view, name);
    const role = roleOf(turn);
    if (role?.kind === 'vote') return this.#vote(view, task, agent);
    const { text, quoted, shortened } = this.#taskPrompt(view, task, agent);
    return {
      agent: this.#turnAgent(agent, this.#toolsOf(agent, task.tools), inFile, task.approve_tools),
      prompt: role === null ? text : `${text}\n\n${PROPOSAL_NOTE}`,
      quoted,
      ...this.#attachmentsOf(view, task),
      ...this.#knowledgeOf(view, task, agent),
      coworkers: agent.allow_delegation ? this.#coworkers(view.run.crew, name, agent, inFile) : [],
      ...(task.output_schema === undefined ? {} : { output_schema: task.output_schema }),
      ...routerOf(task),
      ...this.#guardrailsOf(view, task, agent),
      ...this.#managerOf(view, task, agent),
      shortened,
    };
  }

  #attachmentsOf(view: PlanView, task: Task): Pick<Work, 'attachments'> {
    const { attachments } = task;
    return attachments.length === 0 ? {} : { attachments: attachments.map(this.#fillFor(view, task)) };
  }

  /** The queries for the passages and the items of the memory in the prompt, if the agent knows files and remembers. */
  #knowledgeOf(view: PlanView, task: Task, agent: Agent): Pick<Work, 'knowledge' | 'memory'> {
    const { results } = knowledgeSettingsOf(this.#crew);
    const knows = results > 0 && this.#crew.knowledge.some((entry) => isKnownBy(entry, agent.name));
    // A rehearsal would fill the memory with rehearsed answers, so it has none.
    const remembers = hasMemory(this.#crew, agent.name) && !this.#run.rehearsal;
    if (!knows && !remembers) return {};
    const query = this.#fillFor(view, task)(`${titleOf(task)}\n${task.description}`).slice(0, MAX_QUERY_CHARACTERS);
    return {
      ...(knows ? { knowledge: { query, count: results } } : {}),
      ...(remembers ? { memory: { query, count: MEMORY_ITEMS } } : {}),
    };
  }

  #guardrailsOf(view: PlanView, task: Task, agent: Agent | null): Pick<Work, 'guardrails'> {
    const declared = guardrailsOf(task);
    if (declared.length === 0) return {};
    const fills = { fill: this.#fillFor(view, task), inFile: this.#fillFile(view, task.name) };
    const rules = declared.map((rule) => this.#turnGuardrail(rule, task, agent, fills));
    const tasks = tasksByName(view.run.crew);
    const sources = namesOfContext(task).flatMap((name) => {
      const given = tasks.get(name);
      return given && view.resultOf(name) !== null ? [{ name, title: titleOf(given) }] : [];
    });
    return { guardrails: { rules, sources, ...this.#valuesOf(view, task) } };
  }

  /** The values that the expressions of a task's guardrails can use. */
  #valuesOf(view: PlanView, task: Task): Pick<TurnGuardrails, 'values'> {
    if (!guardrailsOf(task).some((rule) => 'check' in rule && rule.check === 'expression')) return {};
    const tasks = tasksByName(view.run.crew);
    const outputs = namedContext(task).flatMap(({ task: before, name }) => {
      const text = view.resultOf(before);
      const hasSchema = tasks.get(before)?.output_schema !== undefined;
      return text === null ? [] : [[name, outputValue(text, hasSchema)] as const];
    });
    return { values: { inputs: { ...view.inputsOf(task.name) }, outputs: Object.fromEntries(outputs) } };
  }

  #turnGuardrail(
    rule: Guardrail,
    task: Task,
    agent: Agent | null,
    { fill, inFile }: { fill: Fill; inFile: Fill },
  ): TurnGuardrail {
    if ('check' in rule) return { rule };
    const brief = taskBrief('Task', task, fill);
    const judge = this.#judge(rule, agent, inFile);
    return { rule: { ...rule, criteria: fill(rule.criteria) }, judge: { agent: judge, brief } };
  }

  /** The agent that a rule names, or the model of the agent itself. A task without an agent has only rules that name one. */
  #judge(rule: { agent?: string | undefined }, agent: Agent | null, inFile: Fill): TurnAgent {
    const named = rule.agent === undefined ? undefined : this.#agents.get(rule.agent);
    if (named) return this.#turnAgent(named, [], inFile);
    if (!agent) throw new Error('A guardrail of a task without an agent names no judge.');
    return { ...this.#turnAgent(agent, [], inFile), system: judgePrompt(agent.name) };
  }

  /** Returns the manager if the crew enables manager review. */
  #managerOf(view: PlanView, task: Task, agent: Agent): Pick<Work, 'manager'> {
    const { file, crew } = crewAround(view.run.crew, task.name);
    const isReviewed = crew.process === 'hierarchical' && this.#crew.settings.manager_review;
    const manager = isReviewed ? this.#agents.get(managerOf(view.run.crew, file) ?? '') : undefined;
    if (!manager || manager === agent) return {};
    return {
      manager: {
        agent: this.#turnAgent(manager, [], this.#fillFile(view, task.name)),
        brief: taskBrief('Task', task, this.#fillFor(view, task)),
      },
    };
  }

  /** A voting agent has no tools: it only judges the proposals. */
  #vote(view: PlanView, task: Task, agent: Agent): Work {
    const proposals = this.#proposals(view, task);
    const fill = this.#fillFor(view, task);
    const { text, quoted } = votePrompt(task, proposals, this.#environment.contextWindow(agent.name), fill);
    const inFile = this.#fillFile(view, task.name);
    return {
      agent: this.#turnAgent(agent, [], inFile),
      prompt: text,
      quoted,
      coworkers: [],
      choices: proposals.map((proposal) => proposal.agent),
      choice_roles: Object.fromEntries(proposals.map(({ agent: name }) => [name, this.#roleOf(name, inFile)])),
    };
  }

  #roleOf(agent: string, inFile: Fill): string {
    return inFile(this.#agents.get(agent)?.role ?? '');
  }

  #proposals({ run, outputOf }: PlanView, task: Task): Ballot[] {
    const { council = [], proposals = [] } = run.tasks.get(task.name) ?? {};
    const made = new Set(proposals.map(({ agent }) => agent));
    return council.flatMap((agent) => {
      const text = made.has(agent) ? outputOf(task.name, turnNameOf({ kind: 'propose', agent })) : null;
      return text === null ? [] : [{ agent, text }];
    });
  }

  #timeoutMs(task: Task | undefined): number {
    return Math.round((task?.timeout_s ?? this.#crew.settings.task_timeout_s) * 1000);
  }

  #taskPrompt(view: PlanView, task: Task, agent: Agent): TaskPrompt {
    const window = this.#environment.contextWindow(agent.name);
    const prompt = taskPrompt(task, contextOf(view, task), window, this.#fillFor(view, task));
    const before = view.run.tasks.get(task.name);
    const note = before ? noteBefore(before) : null;
    const guided = withGuidance(prompt.text, this.#guidance[withoutItems(task.name)] ?? []);
    return { ...prompt, text: note === null ? guided : withNote(guided, note) };
  }

  #assignment(view: PlanView, assignment: string, manager: Agent): Work {
    const { run } = view;
    const isOpen = (task: string) => run.tasks.get(task)?.status === 'pending';
    const inFile = this.#fillFile(view, assignment);
    return {
      agent: this.#turnAgent(manager, [], inFile),
      prompt: assignmentPrompt(run.crew, assignment, isOpen, inFile),
      coworkers: [],
      assignment: toAssign(run.crew, run, assignment),
    };
  }

  /** The other agents of the crew file that contains a task. */
  #coworkers(crew: Crew, task: string, agent: Agent, inFile: Fill): TurnAgent[] {
    const others = agentsOfFile(crew, crewAround(crew, task).file).filter((other) => other.name !== agent.name);
    return others.map((other) => this.#turnAgent(other, this.#toolsOf(other), inFile));
  }

  /** The tools of an agent in a turn. An agent that remembers has the tools of the memory too. */
  #toolsOf(agent: Agent, listed: readonly string[] = agent.tools): readonly string[] {
    return hasMemory(this.#crew, agent.name) ? [...new Set([...listed, ...MEMORY_TOOLS])] : listed;
  }

  #turnAgent(agent: Agent, tools: readonly string[], inFile: Fill, approve = agent.approve_tools): TurnAgent {
    const fallbacks = Array.from({ length: this.#environment.fallbacks?.(agent.name) ?? 0 }, (_, index) =>
      this.#modelOf(agent, index + 1),
    );
    return {
      name: agent.name,
      role: inFile(agent.role),
      goal: inFile(agent.goal),
      system: systemPrompt(agent, inFile),
      model: this.#modelOf(agent, 0),
      ...(fallbacks.length === 0 ? {} : { fallbacks }),
      tools: namesFor(tools, this.#crew),
      max_iterations: agent.max_iterations,
      ...(approve === false ? {} : { approve_tools: approve }),
    };
  }

  #modelOf(agent: Agent, fallback: number): TurnAgent['model'] {
    const { api_key: _, ...model } = this.#environment.access(agent.name, fallback);
    return model;
  }

  readonly #fill = (text: string): string => fillPlaceholders(text, this.#inputs);

  /** Returns the function that fills the texts of a task. */
  #fillFor(view: PlanView, task: Task): Fill {
    const values = placeholderValues(view, task);
    return (text) => fillPlaceholders(text, values);
  }

  /** Returns the function that fills the texts of agents for a task, with the inputs of the task's crew file. */
  #fillFile(view: PlanView, task: string): Fill {
    const values = view.inputsOf(task);
    return (text) => fillPlaceholders(text, values);
  }
}
