import { isReviewed } from '../../../shared/crew/human-review.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';

const CHOICES = [
  ['none', 'none'],
  ['before', 'before the task is done'],
  ['after', 'after the task: review the result'],
  ['both', 'before and after the task'],
] as const;

/** When a person reviews a task. */
export function HumanReviewField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const task = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name);
  const before = task !== undefined && isReviewed(task, 'before');
  const after = task !== undefined && isReviewed(task, 'after');
  const value = before && after ? 'both' : before ? 'before' : after ? 'after' : 'none';
  return (
    <SelectField
      {...fieldProps(win, form, field)}
      value={value}
      options={CHOICES}
      onChange={(choice) => setField(win, form, field, choice === 'both' ? ['before', 'after'] : choice)}
    />
  );
}
