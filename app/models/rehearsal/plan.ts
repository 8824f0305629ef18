import { z } from 'zod';
import { isToolName } from '../../../shared/tools/catalogue.ts';
import { checksOf } from './checks.ts';
import type { Conversation, DataFile } from './conversation.ts';
import { contentFor, pathsToWrite } from './files.ts';
import { instanceOf } from './instance.ts';
import { queriesFor } from './queries.ts';

export interface PlannedCall {
  name: string;
  args: Record<string, unknown>;
}

/** The number of files that one message writes, similar to real models. */
const FILES_AT_ONCE = 10;

/**
 * Returns the tool calls of the next message, or null if it is time to answer. The actions follow from the task's
 * text and the available tools, in rounds: begin and acquire shared resources, read, ask a coworker, write, log and
 * release.
 */
export function nextCalls(conversation: Conversation): PlannedCall[] | null {
  if (conversation.task === null) return null;
  return rounds(conversation).filter((calls) => calls.length > 0)[conversation.rounds] ?? null;
}

function rounds(conversation: Conversation): PlannedCall[][] {
  const only = (calls: PlannedCall[]) => calls.filter(({ name }) => conversation.tools.has(name));
  return [
    only(begin(conversation)),
    only(look(conversation)),
    only(askCoworker(conversation)),
    ...write(conversation).map(only),
    only(finish(conversation)),
  ];
}

function begin({ task, description }: Conversation): PlannedCall[] {
  const monitor = (args: Record<string, unknown>) => ({ name: 'performance_monitor', args });
  const resource = sharedResource(description);
  return [
    monitor({ action: 'start_tracking', task_id: task, task_name: task }),
    ...(description.includes('performance_monitor') ? [monitor({ action: 'get_metrics' })] : []),
    ...(description.includes('shared_resource_pool')
      ? [{ name: 'shared_resource_pool', args: { action: 'get_resource_status' } }]
      : []),
    ...(resource === null
      ? []
      : [{ name: 'shared_resource_pool', args: { action: 'acquire_resource', resource_id: resource } }]),
  ];
}

function look(conversation: Conversation): PlannedCall[] {
  const { description, files } = conversation;
  const named = files.filter(({ path }) => description.includes(path));
  const chosen: DataFile[] = named.length > 0 ? named : files.slice(0, 1);
  const reads = /\b([\w-]+(?:\/[\w-]+)*\.(?:md|txt))\b/.exec(description.split(/\bwrite\b/i)[0] ?? '')?.[1];
  return [
    ...chosen.flatMap((file) => queriesFor(file).map((sql) => ({ name: 'query_data', args: { sql } }))),
    ...(reads === undefined ? [] : [{ name: 'file_reader', args: { path: reads } }]),
    ...namedTools(conversation),
    ...(/\bweb\b|\bresearch\b/i.test(description)
      ? [{ name: 'web_search', args: { query: topicOf(conversation) } }]
      : []),
  ];
}

/** Calls of the crew's own tools that the task names, with arguments that fit their schemas. */
function namedTools({ description, parameters }: Conversation): PlannedCall[] {
  const words = new Set(description.match(/[A-Za-z_][A-Za-z0-9_-]*/g));
  return [...parameters].flatMap(([name, schema]) => {
    if (!words.has(name) || isToolName(name) || DELEGATION.has(name)) return [];
    const args = Object.entries(argumentsSchema.parse(instanceOf(schema)));
    const { required } = requiredSchema.parse(schema);
    return [{ name, args: Object.fromEntries(args.filter(([key]) => required?.includes(key) ?? true)) }];
  });
}

const requiredSchema = z.object({ required: z.array(z.string()).optional() }).catch({});
const argumentsSchema = z.record(z.string(), z.unknown()).catch({});
const DELEGATION: ReadonlySet<string> = new Set(['delegate_work', 'ask_coworker']);

function askCoworker(conversation: Conversation): PlannedCall[] {
  const { description } = conversation;
  const coworker = conversation.coworkers.find((name) => description.includes(name)) ?? conversation.coworkers[0];
  if (coworker === undefined || !/co-?worker/i.test(description)) return [];
  if (/\bdelegate\b/i.test(description)) {
    const task = `Prepare what is needed for "${topicOf(conversation)}": the facts in order, one line each.`;
    return [{ name: 'delegate_work', args: { coworker, task } }];
  }
  const question = `What should be known about "${topicOf(conversation)}" that the figures do not show?`;
  return [{ name: 'ask_coworker', args: { coworker, question } }];
}

function write(conversation: Conversation): PlannedCall[][] {
  const calls = pathsToWrite(conversation.description).map((path, index) => {
    return { name: 'file_writer', args: { path, content: contentFor(conversation, path, index) } };
  });
  const messages: PlannedCall[][] = [];
  for (let from = 0; from < calls.length; from += FILES_AT_ONCE) messages.push(calls.slice(from, from + FILES_AT_ONCE));
  return messages;
}

function finish(conversation: Conversation): PlannedCall[] {
  const { task, description } = conversation;
  const log = (milestone: string, data: object) => {
    return { name: 'performance_monitor', args: { action: 'log_milestone', milestone, data } };
  };
  const checks = checksOf(conversation).map(({ name, passed, found }) => log(name, { passed, found }));
  const resource = sharedResource(description);
  return [
    ...(checks.length > 0 ? checks : [log(`${task} ready`, { tool_calls: conversation.done.length })]),
    ...(resource === null
      ? []
      : [{ name: 'shared_resource_pool', args: { action: 'release_resource', resource_id: resource } }]),
    { name: 'performance_monitor', args: { action: 'end_tracking', task_id: task } },
  ];
}

function sharedResource(description: string): string | null {
  return /shared resource "([^"]+)"/.exec(description)?.[1] ?? null;
}

export function topicOf({ task }: Conversation): string {
  return (task ?? 'the task').replaceAll(/[_-]+/g, ' ');
}
