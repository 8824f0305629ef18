import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { segmentsOf } from '../../../shared/run/waits.ts';
import { type LanesBy, layoutOf } from './layout.ts';

const SLOTS = 3;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
// a → b → c …, every other task is independent
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: NAMES.map((name, at) => ({
    name,
    description: 'd',
    expected_output: 'o',
    agent: 'ada',
    async: true,
    context: at % 2 === 1 ? [NAMES[at - 1]] : [],
  })),
});
const PREDICTED = Object.fromEntries(
  NAMES.map((name, at) => [name, { start_ms: at * 100, end_ms: at * 100 + 90, slot: (at % SLOTS) + 1 }]),
);

/** The next step: after this number of milliseconds a turn starts or ends, with success or failure. */
interface Choice {
  after: number;
  which: number;
  starts: boolean;
  fails: boolean;
}

const choices = fc.array(
  fc.record({ after: fc.nat(200), which: fc.nat(), starts: fc.boolean(), fails: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

/** The events of a step in the current state; none if the step is impossible. */
function eventsOf(state: RunState, { after, which, starts, fails }: Choice): RunEvent[] {
  const at = { t: state.t + after, seq: state.seq + 1 };
  if (starts) return started(state, which, at);
  const turn = [...state.running][which % Math.max(1, state.running.size)];
  if (!turn) return [];
  const { task, attempt } = turn;
  const ended = { ...at, type: 'attempt.ended', task, attempt } as const;
  if (fails) return [{ ...ended, result: 'error', kind: 'http', message: 'no', retry_at: at.t + 50 }];
  return [
    { ...ended, result: 'ok' },
    { ...at, seq: at.seq + 1, type: 'task.completed', task, text: '' },
  ];
}

function started(state: RunState, which: number, at: { t: number; seq: number }): RunEvent[] {
  const busy = new Set([...state.running].map(({ slot }) => slot));
  const slot = [1, 2, 3].find((one) => !busy.has(one));
  const open = [...state.tasks.values()].filter((task) => task.endedAt === null && task.running === 0);
  const task = open[which % Math.max(1, open.length)];
  if (slot === undefined || !task) return [];
  return [{ ...at, type: 'attempt.started', task: task.name, attempt: task.turns.length + 1, slot, agent: 'ada' }];
}

function layout(state: RunState, by: LanesBy, critical: ReadonlySet<string>) {
  const segments = segmentsOf(state, state.t);
  return layoutOf({ crew: CREW, state, by, segments, critical, predicted: PREDICTED });
}

test('Lanes that are laid out after every event equal lanes that are laid out once', () => {
  const lanes = fc.constantFrom<LanesBy>('slot', 'task', 'agent', 'category');
  fc.assert(
    fc.property(choices, lanes, fc.array(fc.subarray(NAMES), { minLength: 1 }), (happens, by, paths) => {
      const grown = newRun(CREW);
      const events: RunEvent[] = [];
      for (const [at, choice] of happens.entries()) {
        const critical = new Set(paths[at % paths.length]);
        for (const event of eventsOf(grown, choice)) {
          events.push(event);
          applyEvent(grown, event);
          layout(grown, by, critical);
        }
        const fresh = newRun(CREW);
        for (const event of events) applyEvent(fresh, event);
        expect(layout(grown, by, critical)).toEqual(layout(fresh, by, critical));
      }
    }),
    { numRuns: 60 },
  );
});
