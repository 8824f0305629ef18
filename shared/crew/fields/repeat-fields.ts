import type { Repeat } from '../repeat.ts';
import type { FieldInfo, FieldTable } from './field-info.ts';

const GROUP = 'Flow';

const FIELDS: FieldTable<Repeat> = {
  until: {
    label: 'Until',
    help: 'A CEL expression, such as outputs.review.good or round == 2. The loop ends after the round in which it is true.',
    group: GROUP,
    lines: 2,
  },
  max: { label: 'Max rounds', help: 'The loop ends after this number of rounds.', group: GROUP },
  from: {
    label: 'Repeat from',
    help: 'The first task of the loop. All tasks between it and this one run again in each round.',
    group: GROUP,
    names: 'tasks',
    unset: 'this task',
  },
  on_max: {
    label: 'After the last round',
    help: 'What happens if the condition is still not true.',
    group: GROUP,
    choices: { keep: 'keep the last results, degraded', fail: 'fail' },
  },
};

/** How `repeat` of a task is edited. */
export const REPEAT_FIELD: { fields: FieldTable<Repeat>; own: FieldInfo } = {
  fields: FIELDS,
  own: {
    label: 'Repeat',
    help: 'Runs the tasks from another one to this one again, until a condition is true.',
    group: GROUP,
    unset: 'no',
    initial: { until: 'round == 2' },
  },
};
