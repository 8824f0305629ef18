import type { ForEach } from '../../shared/crew/for-each.ts';
import { isKnownBy, knowledgeSettingsOf } from '../../shared/crew/knowledge.ts';
import { hasMemory } from '../../shared/crew/memory.ts';
import type { Agent, Crew } from '../../shared/crew/schema.ts';
import { managerOf } from '../../shared/run/assignment.ts';
import { councilOf } from '../../shared/run/consensus.ts';
import { crewAround } from '../../shared/run/expansion/crew-around.ts';
import { definitionsOf, withOneInstance } from '../../shared/run/expansion/definitions.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ModelChoice } from './models.ts';

export interface FingerprintDeps {
  crew: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  /** Null for a run that calls real models. */
  rehearsalSpeed: number | null;
}

/**
 * Returns a function that gives the canonical text of a task, from which its fingerprint is computed: texts, agent,
 * tools, context, provider and model (in `consensual`, of the whole council), and the speed of a rehearsal. Title,
 * category and layout are not included.
 */
export function canonicalTexts({ crew, agents, rehearsalSpeed }: FingerprintDeps): (task: string) => string {
  const tasks = definitionsOf(crew);
  const grown = crew.linked ? withOneInstance(crew) : crew;
  const people = new Map(crew.agents.map((agent) => [agent.name, agent]));
  return (name) => {
    const task = tasks.get(name);
    const around = crewAround(grown, task?.name ?? name);
    const performer = people.get(task?.agent ?? managerOf(crew, around.file) ?? '');
    const agent = task?.call === undefined ? performer : undefined;
    const choice = agent && agents.get(agent.name);
    const council = task ? councilOf(grown, task) : [];
    return JSON.stringify([
      name,
      task?.description,
      task?.expected_output,
      task?.agent ?? null,
      agent && [agent.name, agent.role, agent.goal, agent.backstory],
      task?.tools ?? agent?.tools ?? [],
      task?.context ?? [],
      choice && modelOf(choice),
      rehearsalSpeed,
      ...(task?.attachments?.length ? [{ attachments: task.attachments }] : []),
      ...council.map((each) => member(people.get(each), agents.get(each))),
      // Keys that a task does not have add nothing, so that its history remains.
      ...(task?.choices === undefined ? [] : [['choices', task.choices, task.choose]]),
      ...(crew.settings.training === undefined ? [] : [{ training: crew.settings.training }]),
      ...(task?.call === undefined ? [] : [['call', task.call]]),
      ...(task?.repeat === undefined ? [] : [{ repeat: [task.repeat.from, task.repeat.until] }]),
      ...(task?.for_each === undefined ? [] : [sourceOf(task.for_each)]),
      ...(task?.crew === undefined ? [] : [{ crew: [task.crew, task.inputs, task.result] }]),
      ...knowledgeOf(crew, agent),
    ]);
  };
}

/** The list decides the length of a task that runs for its items. How many run at once and what follows does not. */
function sourceOf({ task, input, path, as, where }: ForEach): unknown {
  return { for_each: [task, input, path, as], ...(where === undefined ? {} : { where }) };
}

/** The passages in a prompt, and the tools of the memory, change how long a task takes. */
function knowledgeOf(crew: Crew, agent: Agent | undefined): unknown[] {
  const known = crew.knowledge.filter((entry) => agent !== undefined && isKnownBy(entry, agent.name));
  const remembers = agent !== undefined && hasMemory(crew, agent.name);
  return [
    ...(known.length === 0 ? [] : [{ knowledge: known.map(({ path }) => path), ...knowledgeSettingsOf(crew) }]),
    ...(remembers ? [{ memory: true }] : []),
  ];
}

function member(agent: Agent | undefined, choice: ModelChoice | undefined): unknown {
  const model = choice && modelOf(choice);
  return [agent?.name, agent?.role, agent?.goal, agent?.backstory, agent?.tools, model];
}

/** Parameters such as the effort of reasoning change how long a task takes. */
function modelOf({ provider, baseUrl, model, parameters }: ModelChoice): unknown[] {
  const added = Object.keys(parameters).length === 0 ? [] : [canonicalJson(parameters)];
  return [provider.name, baseUrl, model, ...added];
}
