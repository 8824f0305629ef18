import type { ForEach } from '../for-each.ts';
import type { FieldInfo, FieldTable } from './field-info.ts';

const GROUP = 'Flow';

const FIELDS: FieldTable<ForEach> = {
  task: {
    label: 'Items from',
    help: 'The task whose result contains the list. The task must also depend on it.',
    group: GROUP,
    names: 'tasks',
    unset: 'an input',
  },
  input: {
    label: 'Items from input',
    help: 'The input that contains the list, if no task does.',
    group: GROUP,
    unset: 'none',
  },
  path: {
    label: 'Path of the list',
    help: 'Where the list is in the result, such as /chapters. Without a path, the result itself is the list.',
    group: GROUP,
    unset: 'the whole result',
  },
  as: {
    label: 'Name of the item',
    help: 'How texts refer to the item: {item} or {item.title}. {index} is its number, from 1, and {count} the number of items.',
    group: GROUP,
  },
  where: {
    label: 'Only items where',
    help: 'A CEL expression over the item and index, such as item.score > 5. Other items are left out.',
    group: GROUP,
    lines: 2,
    unset: 'all items',
  },
  max: { label: 'Max items', help: 'A longer list fails the task.', group: GROUP },
  parallel: {
    label: 'At the same time',
    help: 'The number of items that run at the same time.',
    group: GROUP,
    unset: 'as many as slots are free',
  },
  on_failure: {
    label: 'When an item fails',
    help: 'What happens to the other items.',
    group: GROUP,
    choices: { continue: 'continue with the others', fail: 'fail, and stop the others' },
  },
  join: {
    label: 'Text between results',
    help: 'Joins the results to one text. Without it, the result is a list of all results.',
    group: GROUP,
    lines: 2,
    unset: 'a list of the results',
  },
  with_list: {
    label: 'Whole list for each item',
    help: 'Whether each item also receives the whole result with the list.',
    group: GROUP,
    advanced: true,
  },
  estimate_items: {
    label: 'Expected items',
    help: 'How many items the list usually has, for predictions.',
    group: GROUP,
    advanced: true,
    unset: 'learned',
  },
};

/** How `for_each` of a task is edited. */
export const FOR_EACH_FIELD: { fields: FieldTable<ForEach>; own: FieldInfo } = {
  fields: FIELDS,
  own: {
    label: 'For each item of a list',
    help: 'Runs the task once for each item of a list. The items run in parallel if the task is asynchronous.',
    group: GROUP,
    unset: 'once',
  },
};
