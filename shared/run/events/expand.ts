import { z } from 'zod';
import { taskExpanded } from '../../scheduler/expand.ts';
import { growRun } from '../tasks-of-run.ts';
import { eventKind } from './kind.ts';
import { body, eventSchema, kept } from './shapes.ts';

/** Events of tasks that become several tasks during a run. */
export const EXPAND_EVENTS = {
  /**
   * A task with `for_each` became one task for each item of its list: `NAME#1`, `NAME#2` and so on. This event alone
   * determines them.
   */
  'task.expanded': eventKind(
    eventSchema('task.expanded', {
      task: z.string(),
      kind: z.enum(['for_each']),
      /** The number of items, and of tasks. */
      count: z.int().nonnegative(),
      /** The items, as a JSON array. Absent if each task waits for its item: the result of another one of the same number. */
      ...body,
      /** The titles of the tasks, if they depend on the items. */
      titles: z.array(z.string()).optional(),
      /** The output files of the tasks, if they have any. */
      output_files: z.array(z.string()).optional(),
      kept,
    }),
    {
      fold: growRun,
      describe: ({ count }) => (count === 1 ? '1 item' : `${count} items`),
      schedule: (state, event) => taskExpanded(state, event),
    },
  ),
};
