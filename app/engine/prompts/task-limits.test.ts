import { expect, it } from 'vitest';
import type { Task } from '../../../shared/crew/schema.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { limitsOf } from './task-limits.ts';

const task = (limits: Pick<Task, 'call_limit' | 'token_limit'>) => limits as Task; // Only its limits matter here.
const call = (error: object | null) => ({ error, promptTokens: 70, completionTokens: 30 });
const state = { turns: [{ calls: [call(null), call({ kind: 'network' })] }, { calls: [call(null)] }] };
const used = state as unknown as TaskState; // Only its calls matter here.

it('the limits of a task leave less to each attempt, and failed calls count with their tokens only', () => {
  expect(limitsOf(task({}), used)).toEqual({});
  expect(limitsOf(undefined, used)).toEqual({});
  expect(limitsOf(task({ call_limit: 3 }), used)).toEqual({ limits: { calls: 1 } });
  expect(limitsOf(task({ token_limit: 1000 }), used)).toEqual({ limits: { tokens: 700 } });
  expect(limitsOf(task({ token_limit: 1000, call_limit: 1 }), used)).toEqual({ limits: { tokens: 700, calls: 0 } });
  expect(limitsOf(task({ call_limit: 3 }), undefined)).toEqual({ limits: { calls: 3 } });
  expect(
    limitsOf(task({ token_limit: 1000 }), { turns: [{ calls: Array(20).fill(call(null)) }] } as unknown as TaskState),
  ).toEqual({ limits: { tokens: 0 } });
});
