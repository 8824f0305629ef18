import { translateKnowledge } from '../knowledge.ts';
import { translateModel } from '../models.ts';
import { excerpt } from '../report.ts';
import { hasNoEquivalent, keptAs, type Rules, type Translation, withoutEffect } from '../rule.ts';
import type { ImportedServers } from '../servers.ts';
import { isOff, type SourceObject } from '../source.ts';
import { type OwnTools, translateTools } from '../tools.ts';

export interface AgentTranslation extends Translation {
  /** Keys that the tasks of this agent get unless they set them. */
  ofTasks: SourceObject;
  own: OwnTools;
  servers: ImportedServers;
  /** Tools of servers, which are added to the other tools of the agent. */
  serverTools: string[];
  /** `knowledge` of the crew file. */
  knowledge: SourceObject[];
}

const NO_CODE = 'Crewlane runs no code of the project.';
const NO_TEMPLATE = 'Crewlane writes its own prompts.';
const NO_PLANNING = 'Crewlane does not add a planning step.';

/** What becomes of each key of an agent of CrewAI. */
export const AGENT_KEYS: Rules<AgentTranslation> = {
  role: keptAs('role', 'string'),
  goal: keptAs('goal', 'string'),
  backstory: keptAs('backstory', 'string'),
  verbose: keptAs('verbose', 'boolean'),
  allow_delegation: keptAs('allow_delegation', 'boolean'),
  max_iter: keptAs('max_iterations', 'number'),
  max_rpm: keptAs('max_rpm', 'number'),
  max_tokens: keptAs('max_tokens', 'number'),
  llm: ({ target }, value, notes) => {
    Object.assign(target, translateModel(value, notes));
  },
  tools: ({ target, own }, value, notes) => {
    if (value !== null) target['tools'] = translateTools(value, notes, own);
  },
  max_execution_time: ({ ofTasks }, value, notes) => {
    if (typeof value !== 'number') return;
    ofTasks['timeout_s'] = value;
    notes.taken(`${value} s → timeout_s of the agent's tasks`);
  },
  max_retry_limit: ({ ofTasks }, value, notes) => {
    if (typeof value !== 'number') return;
    ofTasks['retries'] = { max: value };
    notes.taken(`${value} → retries.max of the agent's tasks`);
  },
  // CrewAI's own defaults of these keys are what Crewlane always does.
  respect_context_window: withoutEffect,
  type: (_translation, value, notes) => {
    if (typeof value === 'string') return;
    notes.leftOut(`type: ${excerpt(value)}`, { why: NO_CODE, instead: 'Describe what is special in the backstory.' });
  },
  cache: withoutEffect,
  security_config: withoutEffect,
  date_format: withoutEffect,
  code_execution_mode: withoutEffect,
  max_reasoning_attempts: withoutEffect,
  guardrail_max_retries: withoutEffect,
  use_system_prompt: withoutEffect,
  inject_date: hasNoEquivalent('Prompts contain no date.', 'Add an input with the date, and name it in the texts.'),
  allow_code_execution: hasNoEquivalent(
    'Crewlane runs code only through tools.',
    'Give the agent a tool that runs code.',
  ),
  multimodal: hasNoEquivalent('Images belong to tasks.', 'Name the images in the tasks.'),
  guardrail: hasNoEquivalent('Guardrails belong to tasks.', 'Set the guardrail of the tasks of this agent.'),
  mcps: ({ servers, serverTools }, value, notes) => {
    if (!isOff(value)) serverTools.push(...servers.translate(value, notes));
  },
  apps: hasNoEquivalent("Apps are services of CrewAI's platform.", 'Use an MCP server of the service.'),
  memory: hasNoEquivalent(
    'Its kinds of memory differ from those of Crewlane.',
    'Set memory of the crew or of an agent to true to remember across runs.',
  ),
  knowledge_sources: ({ target, knowledge }, value, notes) => {
    if (!isOff(value)) knowledge.push(...translateKnowledge(value, String(target['name']), notes));
  },
  knowledge: hasNoEquivalent('It is an object of the project.', 'Add the files to "knowledge".'),
  knowledge_config: hasNoEquivalent('It belongs to the whole crew here.', 'Set "results" in settings.knowledge.'),
  knowledge_storage: hasNoEquivalent('Crewlane stores its index itself.', 'Nothing to do.'),
  embedder: hasNoEquivalent('Its format differs.', 'Set "embeddings" in settings.knowledge.'),
  skills: hasNoEquivalent('Crewlane reads no skills.', 'Copy what matters into the backstory.'),
  function_calling_llm: hasNoEquivalent('An agent has one model.', 'Choose a model that is good at calling tools.'),
  planning: hasNoEquivalent(NO_PLANNING, 'Add a task that plans, and let the others depend on it.'),
  planning_config: hasNoEquivalent(NO_PLANNING, 'Add a task that plans, and let the others depend on it.'),
  reasoning: hasNoEquivalent(NO_PLANNING, 'Use a model that reasons, or add a task that plans.'),
  system_template: hasNoEquivalent(NO_TEMPLATE, 'Write what matters into role, goal and backstory.'),
  prompt_template: hasNoEquivalent(NO_TEMPLATE, 'Write what matters into role, goal and backstory.'),
  response_template: hasNoEquivalent(NO_TEMPLATE, 'Write what matters into the expected output.'),
  step_callback: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  callbacks: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  executor_class: hasNoEquivalent(NO_CODE, 'Describe what is special in the backstory.'),
  agent_executor: hasNoEquivalent(NO_CODE, 'Describe what is special in the backstory.'),
  from_repository: hasNoEquivalent("The agent is stored on CrewAI's platform.", 'Copy its role, goal and backstory.'),
  tool_failure_policy: hasNoEquivalent(
    'Agents always get the error of a tool as its answer.',
    'Name the case in the task.',
  ),
  a2a: hasNoEquivalent('Crewlane calls no agents of other systems.', 'Use an MCP server of the other system.'),
  checkpoint: withoutEffect,
};
