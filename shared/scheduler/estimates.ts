import { z } from 'zod';
import { valueAt } from '../crew/placeholders.ts';
import type { Crew } from '../crew/schema.ts';
import type { Json } from '../json.ts';
import { atPointer } from '../json-pointer.ts';
import { parseJson } from '../parse-json.ts';
import { assignmentsOf } from '../run/assignment.ts';
import type { CallCount } from '../run/call-count.ts';
import type { Estimate } from '../run/events.ts';
import { definitionsOf, withOneInstance } from '../run/expansion/definitions.ts';
import { withoutItems } from '../run/expansion/task-names.ts';

/** The number of latest runs that count. */
const HISTORY = 20;

/**
 * Returns the expected busy time of each task, by its name without items, and of each manager's assignment: the median of
 * its own history; else the file's `estimate_s`; else the median of the crew's known estimates; else unknown.
 *
 * `history` returns the busy times (whole milliseconds, newest first) of completed, uncached, undegraded executions
 * with the same fingerprint; it is also called with `@assignment`. `calls` returns the model calls of the same executions,
 * if the crew limits them. `items` returns the numbers of items of earlier runs, the newest first.
 */
export function estimatesFor(
  crew: Crew,
  history: (task: string) => readonly number[],
  calls: (task: string) => readonly CallCount[] = () => [],
  items: (task: string) => readonly number[] = () => [],
): Record<string, Estimate> {
  const tasks = definitionsOf(crew);
  const assignments = assignmentsOf(crew.linked ? withOneInstance(crew) : crew);
  const names = [...tasks.keys(), ...assignments.map(({ name }) => withoutItems(name))];
  const said = new Map([...tasks].map(([name, task]) => [name, task.estimate_s]));
  const known = new Map<string, Estimate>();
  for (const name of names) {
    const estimate = fromHistory(history(name)) ?? fromFile(said.get(name));
    if (estimate) known.set(name, estimate);
  }
  const middle = median([...known.values()].flatMap((estimate) => estimate.ms ?? []));
  const otherwise: Estimate = middle === null ? { ms: null, from: 'unknown' } : { ms: middle, from: 'median' };
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ...(known.get(name) ?? otherwise), ...typicalCalls(calls(name)), ...expectedItems(crew, name, items(name)) },
    ]),
  );
}

/** Returns the median, rounded to a whole number; null without numbers. */
export function median(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? null : Math.round((lower + upper) / 2);
}

/**
 * Returns the expected number of items of a task with `for_each`: the median of its history; else the file's
 * `estimate_items`; else the length of the input. Of a task with `repeat`, the number of rounds: learned, else 1.
 */
function expectedItems(crew: Crew, name: string, history: readonly number[]): Pick<Estimate, 'items'> {
  const { for_each, repeat } = definitionsOf(crew).get(name) ?? {};
  if (!for_each && !repeat) return {};
  const learned = median(history.slice(0, HISTORY));
  if (learned !== null) return { items: { count: learned, from: 'history' } };
  if (!for_each) return { items: { count: 1, from: 'unknown' } };
  const { estimate_items: said, input, path = '' } = for_each;
  if (said !== undefined) return { items: { count: said, from: 'estimate_items' } };
  // The inputs of a crew file are known when it runs.
  const list = input === undefined || name.includes('/') ? undefined : listOfInput(crew, input, path);
  if (Array.isArray(list)) return { items: { count: list.length, from: 'input' } };
  return { items: { count: null, from: 'unknown' } };
}

function listOfInput({ inputs }: Crew, input: string, path: string): Json | undefined {
  const value = valueAt(inputs, input);
  const parsed = typeof value === 'string' ? z.json().safeParse(parseJson(value)).data : value;
  return parsed === undefined ? undefined : atPointer(parsed, path);
}

function typicalCalls(counts: readonly CallCount[]): Pick<Estimate, 'calls' | 'tokens'> {
  const last = counts.slice(0, HISTORY);
  const calls = median(last.map((count) => count.calls));
  const tokens = median(last.map((count) => count.tokens));
  return calls === null || tokens === null ? {} : { calls, tokens };
}

function fromHistory(times: readonly number[]): Estimate | null {
  const last = times.slice(0, HISTORY);
  const ms = median(last);
  if (ms === null) return null;
  return { ms, from: 'history', spread_ms: median(last.map((time) => Math.abs(time - ms))) ?? 0 };
}

function fromFile(seconds: number | undefined): Estimate | null {
  return seconds === undefined ? null : { ms: Math.round(seconds * 1000), from: 'estimate_s' };
}
