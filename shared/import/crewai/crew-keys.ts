import { translateKnowledge } from '../knowledge.ts';
import { excerpt, type Notes } from '../report.ts';
import { hasNoEquivalent, notAValue, type Rules, type Translation, withoutEffect } from '../rule.ts';
import { Code, isOff, isSourceObject, type SourceObject } from '../source.ts';

export interface CrewTranslation extends Translation {
  settings: SourceObject;
  /** `knowledge` of the crew file. */
  knowledge: SourceObject[];
}

const NO_CODE = 'Crewlane runs no code of the project.';

/**
 * What becomes of each key of a crew of CrewAI, except those that name agents and tasks. `target` is the crew file,
 * and `settings` its settings.
 */
export const CREW_KEYS: Rules<CrewTranslation> = {
  name: withoutEffect,
  agents: withoutEffect,
  tasks: withoutEffect,
  manager_agent: withoutEffect,
  manager_llm: withoutEffect,
  description: ({ target }, value) => {
    if (typeof value === 'string') target['description'] = value;
  },
  process: ({ target }, value, notes) => {
    if (value === 'sequential' || value === null) return;
    if (value === 'hierarchical') target['process'] = value;
    else
      notes.leftOut(`process: ${excerpt(value)}`, { why: 'CrewAI has no such process.', instead: 'Select a process.' });
  },
  max_rpm: ({ settings }, value) => {
    if (typeof value === 'number') settings['max_rpm'] = value;
  },
  inputs: ({ target }, value, notes) => {
    if (isSourceObject(value)) target['inputs'] = inputsOf(value, notes);
    else if (value !== null) notes.leftOut(excerpt(value), { why: 'It is not an object.', instead: 'Set "inputs".' });
  },
  verbose: withoutEffect,
  cache: withoutEffect,
  stream: withoutEffect,
  tracing: withoutEffect,
  share_crew: withoutEffect,
  output_log_file: withoutEffect,
  security_config: withoutEffect,
  checkpoint: withoutEffect,
  memory: hasNoEquivalent(
    'Its kinds of memory differ from those of Crewlane.',
    'Set memory of the crew or of an agent to true to remember across runs.',
  ),
  embedder: hasNoEquivalent('Its format differs.', 'Set "embeddings" in settings.knowledge.'),
  knowledge: hasNoEquivalent('It is an object of the project.', 'Add the files to "knowledge".'),
  knowledge_sources: ({ knowledge }, value, notes) => {
    if (!isOff(value)) knowledge.push(...translateKnowledge(value, null, notes));
  },
  skills: hasNoEquivalent('Crewlane reads no skills.', 'Copy what matters into the backstories.'),
  planning: hasNoEquivalent(
    'Crewlane does not add a planning step.',
    'Add a task that plans, and let the others depend on it.',
  ),
  planning_llm: hasNoEquivalent('Crewlane does not add a planning step.', 'Add an agent and a task that plan.'),
  function_calling_llm: hasNoEquivalent('An agent has one model.', 'Choose a model that is good at calling tools.'),
  chat_llm: hasNoEquivalent('Crewlane does not chat with a crew.', 'Start the crew with inputs.'),
  prompt_file: hasNoEquivalent('Crewlane writes its own prompts.', 'Write what matters into the texts.'),
  trained_agents_file: hasNoEquivalent(
    'Training data of CrewAI cannot be read.',
    'Copy its advice into the backstories.',
  ),
  step_callback: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  task_callback: hasNoEquivalent(NO_CODE, 'Read the journal of the run.'),
  before_kickoff_callbacks: hasNoEquivalent(NO_CODE, 'Prepare the inputs before the run.'),
  after_kickoff_callbacks: hasNoEquivalent(NO_CODE, 'Use the exported results.'),
  tool_failure_policy: hasNoEquivalent(
    'Agents always get the error of a tool as its answer.',
    'Name the case in the tasks.',
  ),
  config: hasNoEquivalent('Its form is not documented.', 'Set its values in the crew file.'),
};

/** Returns the inputs that are values. */
function inputsOf(inputs: SourceObject, notes: Notes): SourceObject {
  const values: SourceObject = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value instanceof Code) notes.below(name).leftOut(excerpt(value), notAValue(value, 'a value', `inputs.${name}`));
    else values[name] = value;
  }
  return values;
}
