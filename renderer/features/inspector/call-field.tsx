import { callSchema } from '../../../shared/crew/task-schema.ts';
import { JsonField } from '../../base/fields/json-field.tsx';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';
import { useNameChoices } from './name-choices.ts';

/** The tool that a task calls in place of an agent, and its arguments. */
export function CallField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const call = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name)?.call;
  const tools = useNameChoices('tools').filter(([name]) => !name.endsWith('*'));
  const props = fieldProps(win, form, field);
  const choose = (tool: string) =>
    setField(win, form, field, tool === '' ? undefined : { tool, arguments: call?.arguments ?? {} });
  return (
    <>
      <SelectField
        {...props}
        path={`${props.path}.tool`}
        value={call?.tool ?? ''}
        options={[['', 'no: an agent does the task'], ...tools]}
        onChange={choose}
      />
      {call && (
        <JsonField
          label="Arguments"
          help="A JSON object. {placeholders} are replaced, such as {outputs.score}."
          path="call.arguments"
          value={call.arguments}
          placeholder="{}"
          validate={(value) => (isArguments(value) ? null : 'Enter a JSON object, such as {"path": "notes.md"}.')}
          onChange={(value) => setField(win, form, field, { tool: call.tool, arguments: value ?? {} })}
        />
      )}
    </>
  );
}

function isArguments(value: unknown): boolean {
  return value === undefined || callSchema.shape.arguments.safeParse(value).success;
}
