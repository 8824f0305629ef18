import { fillJson, textsInJson, unfilledIn, type Values } from '../../../shared/crew/placeholders.ts';
import type { Task } from '../../../shared/crew/schema.ts';
import type { Json } from '../../../shared/json.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { Message } from '../../../shared/slot/message.ts';
import type { TurnAgent } from '../../../shared/slot/turn-agent.ts';
import type { TurnCall } from '../../../shared/slot/turn-submission.ts';

type CallTask = Pick<Task, 'choices' | 'choose'> & { call: NonNullable<Task['call']> };

/** The maximum number of choices that `ask_person` offers. */
const MOST_OFFERED = 10;

/**
 * Returns the tool call that a task with `call` makes, with what earlier attempts know about it.
 * @param transcript the messages of earlier attempts, the latest of which is the answer to the call if there is one
 */
export function turnCall(
  task: CallTask,
  values: Values,
  state: TaskState | undefined,
  transcript: readonly Message[],
): TurnCall {
  const { tool } = task.call;
  const given = withChoices(task);
  const missing = [...new Set(textsInJson(given).flatMap(([, text]) => unfilledIn(text, values)))];
  const turns = (state?.turns ?? []).filter(({ end }) => end !== null);
  const sentBack = turns.filter(({ result }) => result === 'ok').length;
  const last = turns.at(-1);
  const isRepeated = last !== undefined && last.result !== 'ok';
  const made = isRepeated ? turns.slice(turns.findLastIndex(({ result }) => result === 'ok') + 1) : [];
  const answer = made.flatMap(({ tools }) => tools).at(-1);
  const text = transcript.findLast(({ role }) => role === 'tool')?.content;
  return {
    tool,
    arguments: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, fillJson(value, values)])),
    ...(missing.length === 0 ? {} : { missing }),
    sent_back: sentBack,
    ...(isRepeated ? { again: true as const } : {}),
    ...(answer && text ? { answered: { ok: answer.ok, text } } : {}),
  };
}

/** The agent of a turn without a model: it has no name, and the tool of the call. */
export function agentOfCall(tool: string, approve: Task['approve_tools'] = false): TurnAgent {
  return {
    ...{ name: '', role: '', goal: '', system: '', max_iterations: 1, tools: [tool] },
    model: { provider: '', base_url: '', model: '', price: null },
    ...(approve === false ? {} : { approve_tools: approve }),
  };
}

/** A router that asks a person offers its choices, unless the arguments name others. */
function withChoices({ call, choices, choose }: CallTask): Record<string, Json> {
  const { tool, arguments: given } = call;
  if (tool !== 'ask_person' || choices === undefined || 'choices' in given || 'options' in given) return given;
  if (choose === 'one' && choices.length <= MOST_OFFERED) return { ...given, choices };
  const list = `Choices: ${choices.join(', ')}`;
  const { details } = given;
  return { ...given, details: typeof details === 'string' ? `${details}\n\n${list}` : list };
}
