import { agentsOfFile } from '../../../shared/crew/link.ts';
import type { Agent, Crew, Task } from '../../../shared/crew/schema.ts';
import { assignmentFor } from '../../../shared/run/assignment.ts';
import { crewAround } from '../../../shared/run/expansion/crew-around.ts';
import { instanceOf } from '../../../shared/run/expansion/task-names.ts';
import { type QuotedSpans, quotingPrompt } from '../quoted-texts.ts';

/** A low estimate of the characters per token, for texts in most languages. */
const CHARACTERS_PER_TOKEN = 3;
/** The share of the window reserved for the model's and the tools' answers. */
const SHARE_FOR_CONTEXT = 0.5;

/** A task of the context with its result, or null if it has none. */
export interface ContextResult {
  task: string;
  /** The heading of the result; absent: it names the task. */
  heading?: string;
  text: string | null;
}

export interface TaskPrompt {
  text: string;
  quoted: QuotedSpans;
  /** Tasks whose results had to be shortened. */
  shortened: string[];
}

/** Replaces `{placeholders}` with their values. */
export type Fill = (text: string) => string;

/** Returns the number of characters of results that a prompt may contain. */
export function roomFor(windowTokens: number): number {
  return Math.floor(windowTokens * SHARE_FOR_CONTEXT * CHARACTERS_PER_TOKEN);
}

/** Returns the first message of an agent's conversation, which describes the agent. */
export function systemPrompt(agent: Agent, fill: Fill): string {
  const parts = [
    `You are ${agent.name}: ${fill(agent.role)}.`,
    agent.backstory === undefined || agent.backstory === '' ? '' : fill(agent.backstory),
    `Your goal: ${fill(agent.goal)}`,
    'Work on the given task, use your tools if they help, and answer only with the finished result, in Markdown.',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Returns the first message of a conversation in which the model of an agent judges the agent's own answer. */
export function judgePrompt(agent: string): string {
  return `You check the results of ${agent}. Judge a result only by the given criteria, strictly and without regard to its author.`;
}

/** Returns a task's own texts under its name. */
export function taskBrief(heading: string, task: Task, fill: Fill): string {
  const expected = `## Expected output\n\n${fill(task.expected_output)}`;
  return [`# ${heading}: ${task.name}`, fill(task.description), expected].join('\n\n');
}

/**
 * Returns a task's prompt: its own texts with placeholders filled, and its context results under their tasks' names,
 * shortened fairly (the longest first, to one common length) if they would fill more than half of the model's window.
 */
export function taskPrompt(
  task: Task,
  context: readonly ContextResult[],
  windowTokens: number,
  fill: Fill,
): TaskPrompt {
  const given = context.flatMap(({ task: name, heading = `Result of the task ${name}`, text }) =>
    text === null ? [] : [{ name, heading, text }],
  );
  const missing = context.filter(({ text }) => text === null).map(({ task: name }) => name);
  const results = given.map(({ heading, text }) => ({ heading: `## ${heading}`, text }));
  const end = missing.length === 0 ? '' : missingNote(missing);
  const prompt = quotingPrompt(taskBrief('Task', task, fill), results, end, roomFor(windowTokens));
  return { ...prompt, shortened: given.flatMap(({ name }, index) => (prompt.shortened[index] ? [name] : [])) };
}

/** Adds what a person taught about earlier results of the task to its prompt. */
export function withGuidance(prompt: string, guidance: readonly string[]): string {
  if (guidance.length === 0) return prompt;
  const list = guidance.map((text) => `- ${text.replaceAll('\n', '\n  ')}`).join('\n');
  return `${prompt}\n\n## Guidance from earlier reviews of this task\n\n${list}`;
}

/** Adds the remark of the person who approved the task to its prompt. */
export function withNote(prompt: string, note: string): string {
  return `${prompt}\n\n## Remark of the person who approved this task\n\n${note}`;
}

function missingNote(missing: readonly string[]): string {
  return `## Missing results\n\nThese tasks gave no result: ${missing.join(', ')}. Work with the available results, and state what is missing.`;
}

/**
 * Returns the manager's prompt: the unfinished tasks of each agent of its crew file, and the tasks to assign. The answer
 * must be JSON.
 * @param assignment the name of the assignment
 */
export function assignmentPrompt(
  crew: Crew,
  assignment: string,
  isOpen: (task: string) => boolean,
  fill: Fill,
): string {
  const isOfItem = (name: string) => instanceOf(name)?.index != null;
  const listed = crew.tasks.filter((task) => isOpen(task.name) && !isOfItem(task.name));
  const unassigned = listed.filter((task) => assignmentFor(crew, task) === assignment);
  const agents = agentsOfFile(crew, crewAround(crew, assignment).file).map((agent) => {
    const open = listed.filter((task) => task.agent === agent.name).map((task) => task.name);
    return `- ${agent.name}: ${fill(agent.role)}. Goal: ${fill(agent.goal)}. Open tasks: ${open.join(', ') || 'none'}.`;
  });
  const tasks = unassigned.map((task) => `- ${task.name}: ${fill(task.description)}`);
  return [
    '# Assignment',
    'You are the manager of this crew. Choose one agent for each of the tasks below.',
    `## Agents\n\n${agents.join('\n')}`,
    `## Tasks to assign\n\n${tasks.join('\n')}`,
    'Answer with one JSON object and nothing else: each task\'s name with the name of its agent, as {"task_name": "agent_name"}.',
  ].join('\n\n');
}
