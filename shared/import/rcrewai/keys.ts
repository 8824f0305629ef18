import { AGENT_KEYS, type AgentTranslation } from '../crewai/agent-keys.ts';
import { CREW_KEYS, type CrewTranslation } from '../crewai/crew-keys.ts';
import { TASK_KEYS, type TaskTranslation } from '../crewai/task-keys.ts';
import { translateModel } from '../models.ts';
import { excerpt } from '../report.ts';
import { hasNoEquivalent, keptAs, type Rules, withoutEffect } from '../rule.ts';
import { isOff, isSourceObject } from '../source.ts';

const NO_CODE = 'Crewlane runs no code of the script.';

/** What becomes of each key of an agent of RCrewAI. */
export const RUBY_AGENT_KEYS: Rules<AgentTranslation> = {
  name: withoutEffect,
  role: AGENT_KEYS['role'] ?? withoutEffect,
  goal: AGENT_KEYS['goal'] ?? withoutEffect,
  backstory: keptAs('backstory', 'string'),
  tools: AGENT_KEYS['tools'] ?? withoutEffect,
  verbose: keptAs('verbose', 'boolean'),
  allow_delegation: keptAs('allow_delegation', 'boolean'),
  manager: keptAs('manager', 'boolean'),
  max_iterations: keptAs('max_iterations', 'number'),
  max_rpm: keptAs('max_rpm', 'number'),
  max_execution_time: AGENT_KEYS['max_execution_time'] ?? withoutEffect,
  llm: ({ target }, value, notes) => {
    const settings = isSourceObject(value) ? value : { provider: value, model: '' };
    Object.assign(target, translateModel(settings, notes));
  },
  respect_context_window: withoutEffect,
  human_input: ({ serverTools }, value, notes) => {
    if (value !== true) return;
    serverTools.push('ask_person');
    notes.taken('true → the tool ask_person');
  },
  require_approval_for_tools: ({ target }, value, notes) => {
    if (isOff(value)) return;
    target['approve_tools'] = true;
    notes.taken(`${excerpt(value)} → approve_tools: a person approves each call of a tool`);
  },
  require_approval_for_final_answer: hasNoEquivalent(
    'Results are reviewed per task.',
    'Set "human_review" of the tasks.',
  ),
  reasoning: hasNoEquivalent('Crewlane does not add a planning step.', 'Add a task that plans.'),
  max_reasoning_attempts: withoutEffect,
  memory: hasNoEquivalent(
    'Its kinds of memory differ from those of Crewlane.',
    'Set memory of the crew or of an agent to true to remember across runs.',
  ),
  knowledge: hasNoEquivalent('It is an object of the script.', 'Add the files to "knowledge".'),
  knowledge_sources: AGENT_KEYS['knowledge_sources'] ?? withoutEffect,
  mcps: AGENT_KEYS['mcps'] ?? withoutEffect,
};

/** What becomes of each key of a task of RCrewAI. */
export const RUBY_TASK_KEYS: Rules<TaskTranslation> = {
  name: withoutEffect,
  context: withoutEffect,
  description: keptAs('description', 'string'),
  expected_output: keptAs('expected_output', 'string'),
  agent: TASK_KEYS['agent'] ?? withoutEffect,
  async: keptAs('async', 'boolean'),
  tools: TASK_KEYS['tools'] ?? withoutEffect,
  markdown: TASK_KEYS['markdown'] ?? withoutEffect,
  output_file: TASK_KEYS['output_file'] ?? withoutEffect,
  output_schema: TASK_KEYS['output_json'] ?? withoutEffect,
  create_directory: withoutEffect,
  guardrail: TASK_KEYS['guardrail'] ?? withoutEffect,
  guardrail_max_retries: withoutEffect,
  max_retries: ({ target }, value, notes) => {
    if (typeof value !== 'number') return;
    target['retries'] = { max: value };
    notes.taken(`${value} → retries.max`);
  },
  require_confirmation: ({ target }, value, notes) => {
    if (value !== true) return;
    target['human_review'] = target['human_review'] === 'after' ? ['before', 'after'] : 'before';
    notes.taken('true → a person approves the task before it starts');
  },
  human_review_points: ({ target, source }, value, notes) => {
    const isAsked = source['human_input'] === true && Array.isArray(value) && value.includes('completion');
    if (!isAsked) return;
    target['human_review'] = target['human_review'] === 'before' ? ['before', 'after'] : 'after';
    notes.taken('completion → a person reviews the result');
  },
  human_input: withoutEffect,
  allow_guidance: hasNoEquivalent('A person helps only in reviews.', 'Set "human_review".'),
  attachments: ({ target }, value, notes) => {
    if (isOff(value)) return;
    const paths = (Array.isArray(value) ? value : [value]).map((each) => (isSourceObject(each) ? each['path'] : each));
    const files = paths.filter((path) => typeof path === 'string');
    if (files.length < paths.length)
      notes.leftOut(excerpt(value), { why: 'Only paths can be imported.', instead: 'Add the files to "attachments".' });
    if (files.length === 0) return;
    target['attachments'] = files;
    notes.taken(`${files.join(', ')} → attachments, in the workspace`);
  },
  callback: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
};

/** What becomes of each key of a crew of RCrewAI. */
export const RUBY_CREW_KEYS: Rules<CrewTranslation> = {
  process: ({ target }, value, notes) => {
    const known = ['sequential', 'hierarchical', 'consensual'].find((each) => each === value);
    if (known !== undefined) target['process'] = known;
    else
      notes.leftOut(`process: ${excerpt(value)}`, { why: 'There is no such process.', instead: 'Select a process.' });
  },
  max_concurrency: ({ settings }, value) => {
    if (typeof value === 'number') settings['max_concurrent_tasks'] = value;
  },
  verbose: withoutEffect,
  max_iterations: withoutEffect,
  consensus_agents: hasNoEquivalent(
    'A council has all agents, or those that a task names.',
    'Set "agents" of the tasks.',
  ),
  planning: hasNoEquivalent('Crewlane does not add a planning step.', 'Add a task that plans.'),
  planning_llm: hasNoEquivalent('Crewlane does not add a planning step.', 'Add a task that plans.'),
  knowledge: hasNoEquivalent('It is an object of the script.', 'Add the files to "knowledge".'),
  knowledge_sources: CREW_KEYS['knowledge_sources'] ?? withoutEffect,
};
