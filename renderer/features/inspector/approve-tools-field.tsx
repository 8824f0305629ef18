import { NamesField } from '../../base/fields/names-field.tsx';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField, valueOfField } from './form.ts';
import { useNameChoices } from './name-choices.ts';

type Value = boolean | readonly string[] | undefined;

const OWN = [
  ['none', 'none'],
  ['all', 'all tools'],
  ['some', 'these tools'],
] as const;
const INHERITED = [['unset', 'as the agent'], ...OWN] as const;

/** The tools of an agent or a task whose calls a person must approve. */
export function ApproveToolsField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const props = fieldProps(win, form, field);
  const value = valueOfField(form, field) as Value;
  const names = Array.isArray(value) ? value : [];
  const tools = useNameChoices('tools').map(([name]) => name);
  const set = (next: Value) => setField(win, form, field, next);
  const change = (choice: string) => {
    if (choice === 'some') set(tools.slice(0, 1));
    else set(choice === 'unset' ? undefined : choice === 'all');
  };
  return (
    <>
      <SelectField {...props} value={choiceOf(value)} options={field.isOptional ? INHERITED : OWN} onChange={change} />
      {Array.isArray(value) && (
        <NamesField
          label="Tools to approve"
          path={`${props.path}.names`}
          names={names}
          choices={tools.filter((name) => !names.includes(name))}
          onAdd={(name) => set([...names, name])}
          onRemove={(name) => set(names.length === 1 ? false : names.filter((other) => other !== name))}
        />
      )}
    </>
  );
}

function choiceOf(value: Value): (typeof INHERITED)[number][0] {
  if (value === undefined) return 'unset';
  if (typeof value === 'boolean') return value ? 'all' : 'none';
  return 'some';
}
