import type { Task } from '../../../shared/crew/schema.ts';
import { call } from '../../base/bridge.ts';
import { JsonField } from '../../base/fields/json-field.tsx';
import { TextField } from '../../base/fields/text-field.tsx';
import { toast } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { type Form, type FormFieldProps, fieldProps, setField, validateValue } from './form.ts';

/** The crew file that a task runs in place of an agent. */
export function CrewFileField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const choose = async () => {
    const chosen = await call('crew.choose_part', {});
    if (chosen.status === 'failed') toast(win, 'error', chosen.message);
    else if (chosen.path !== null) setField(win, form, field, chosen.path);
  };
  return (
    <>
      <TextField
        {...fieldProps(win, form, field)}
        value={taskOf(form)?.crew ?? ''}
        placeholder="none: an agent does the task"
        onChange={(file) => setField(win, form, field, file === '' ? undefined : file)}
      />
      <button type="button" className="button" onClick={() => void choose()}>
        Choose a crew file…
      </button>
    </>
  );
}

/** The inputs of the crew file. */
export function CrewInputsField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const task = taskOf(form);
  if (task?.crew === undefined && task?.inputs === undefined) return null;
  return (
    <JsonField
      {...fieldProps(win, form, field)}
      value={task.inputs}
      placeholder='as this crew, or {"topic": "{item.title}"}'
      validate={(value) => (value === undefined ? null : validateValue(field, value))}
      onChange={(value) => setField(win, form, field, value)}
    />
  );
}

/** The task of the crew file whose result is the result of the task. */
export function CrewResultField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const task = taskOf(form);
  return (
    <TextField
      {...fieldProps(win, form, field)}
      value={task?.result ?? ''}
      placeholder="its final task"
      onChange={(name) => setField(win, form, field, name === '' ? undefined : name)}
    />
  );
}

function taskOf({ crew, subject }: Form): Task | undefined {
  return subject.kind === 'task' ? crew.tasks.find(({ name }) => name === subject.name) : undefined;
}
