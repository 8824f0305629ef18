import { type Crew, crewSchema } from '../../crew/schema.ts';
import type { EventDraft, EventOf, RunEvent } from '../events.ts';
import { applyEvent, newRun } from '../fold.ts';
import type { RunState } from '../state.ts';
import { STARTED } from './started.ts';

/** A task of a test's crew. */
export type TaskInput = Record<string, unknown> & { name: string };

export function makeCrew(tasks: readonly TaskInput[], rest: Record<string, unknown> = {}): Crew {
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Do the work' }];
  const full = tasks.map((task) => ({
    description: 'Do it.',
    expected_output: 'It',
    agent: 'ada',
    async: true,
    ...task,
  }));
  return crewSchema.parse({ format: 'crewlane/1', name: 'small_crew', agents, ...rest, tasks: full });
}

/** An event and its run time. */
export type TimedDraft = readonly [t: number, event: EventDraft];

/** Returns a journal that begins with `run.started` at 0. */
export function journal(happened: readonly TimedDraft[], started: Partial<EventOf<'run.started'>> = {}): RunEvent[] {
  const events: RunEvent[] = [{ ...BEGUN, ...started }];
  for (const [t, event] of happened) events.push({ ...event, seq: events.length + 1, t });
  return events;
}

export function fold(crew: Crew, events: readonly RunEvent[]): RunState {
  const state = newRun(crew);
  for (const event of events) applyEvent(state, event);
  return state;
}

const BEGUN: EventOf<'run.started'> = {
  ...STARTED,
  seq: 1,
  t: 0,
  crew: 'small_crew',
  settings: { ...STARTED.settings, slots: 2, model: 'fake-1' },
  versions: { crewlane: 'test' },
  time_zone: 'Europe/Berlin',
  utc_offset_min: 60,
  wall_ms: Date.UTC(2026, 10, 23, 23, 30, 5),
};

export function ready(task: string, t: number): TimedDraft {
  return [t, { type: 'task.ready', task }];
}

/** Returns the events of one turn of a task, from its start to an answer. */
export function ran(task: string, slot: number, start: number, end: number, attempt = 1): TimedDraft[] {
  return [
    [start, { type: 'attempt.started', task, attempt, slot, agent: 'ada' }],
    [end, { type: 'attempt.ended', task, attempt, result: 'ok' }],
  ];
}

/** Returns the events of a turn that failed and is retried at `retryAt`. */
export function broke(
  task: string,
  slot: number,
  start: number,
  end: number,
  retryAt: number,
  limited = false,
): TimedDraft[] {
  const again = { retry_at: retryAt, ...(limited ? { rate_limited: true as const } : {}) };
  return [
    [start, { type: 'attempt.started', task, attempt: 1, slot, agent: 'ada' }],
    [
      end,
      {
        type: 'attempt.ended',
        task,
        attempt: 1,
        result: 'error',
        kind: 'network',
        message: 'No answer.',
        ...again,
      },
    ],
  ];
}

export function completed(task: string, t: number, text = 'done'): TimedDraft {
  return [t, { type: 'task.completed', task, text }];
}

export function finished(t: number, outcome: EventOf<'run.finished'>['outcome'] = 'completed'): TimedDraft {
  return [t, { type: 'run.finished', outcome }];
}

/** Sorts events by time. Events of the same time keep their order. */
export function inOrder(...parts: readonly (TimedDraft | readonly TimedDraft[])[]): TimedDraft[] {
  return parts.flatMap((part) => (isOne(part) ? [part] : [...part])).sort((a, b) => a[0] - b[0]);
}

function isOne(part: TimedDraft | readonly TimedDraft[]): part is TimedDraft {
  return typeof part[0] === 'number';
}

/** Two concurrent tasks, then one that needs both: 0 to 100 ms and 0 to 300 ms, then 300 to 400 ms. */
export const DIAMOND = makeCrew([{ name: 'a' }, { name: 'b' }, { name: 'c', context: ['a', 'b'] }]);
export const DIAMOND_RUN = inOrder(
  ready('a', 0),
  ready('b', 0),
  ran('a', 1, 0, 100),
  completed('a', 100),
  ran('b', 2, 0, 300),
  completed('b', 300),
  ready('c', 300),
  ran('c', 1, 300, 400),
  completed('c', 400),
  finished(400),
);
