import { z } from 'zod';
import { taskExpanded } from '../../scheduler/expand.ts';
import { growRun } from '../tasks-of-run.ts';
import { eventKind } from './kind.ts';
import { body, eventSchema, kept, sha256 } from './shapes.ts';

/** Events of tasks that expand during a run. */
export const EXPAND_EVENTS = {
  /**
   * A task expanded: with `for_each`, to one task for each item of its list (`NAME#1`, `NAME#2` and so on); with `crew`, to
   * the tasks of its crew file (`NAME/TASK`); with `repeat`, to the tasks of the next round of its loop (`NAME@1`, `NAME@2`
   * and so on). This event and the crew files of the run determine the new tasks.
   */
  'task.expanded': eventKind(
    eventSchema('task.expanded', {
      task: z.string(),
      kind: z.enum(['for_each', 'crew', 'repeat']),
      /** The number of items; for a crew file and a loop, the number of new tasks. */
      count: z.int().nonnegative(),
      /** Of a loop: its round, from 1. `task` is the task with `repeat`, and the tasks of the round are `NAME@ROUND`. */
      round: z.int().positive().optional(),
      /** The items, as a JSON array. Absent if each task waits for its item: the result of another one of the same number. */
      ...body,
      /** The titles of the tasks, if they depend on the items. */
      titles: z.array(z.string()).optional(),
      /** The output files of the tasks, if they have any. */
      output_files: z.array(z.string()).optional(),
      /** Of a crew file: its hash, as in `run.started`. */
      crew: sha256.optional(),
      /** Of a crew file: the ranks of its tasks, by their names in it. They decide between tasks of equal rank. */
      ranks: z.record(z.string(), z.number()).optional(),
      /** Of a crew file: the output files of its tasks, by their names in it. */
      files: z.record(z.string(), z.string()).optional(),
      kept,
    }),
    {
      fold: growRun,
      describe: ({ kind, count, round }) => {
        if (kind === 'repeat') return `round ${round ?? 1}`;
        const what = kind === 'crew' ? 'task' : 'item';
        return `${count} ${what}${count === 1 ? '' : 's'}`;
      },
      schedule: (state, event) => taskExpanded(state, event),
    },
  ),
};
