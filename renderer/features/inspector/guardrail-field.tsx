import type { Guardrail } from '../../../shared/crew/guardrails.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';
import { GUARDRAIL_KINDS, GuardrailEditor, kindKeyOf, kindOf, newGuardrail } from './guardrail-editor.tsx';

const KINDS = [['', 'none'], ...GUARDRAIL_KINDS] as const;

/** The one guardrail of a task in a file that does not have a list. */
export function GuardrailField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const task = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name);
  const guardrail = task?.guardrail;
  const kind = guardrail === undefined ? '' : kindOf(guardrail);
  const change = (next: Guardrail | undefined, gesture: string | null = null) =>
    setField(win, form, field, next, gesture);
  const props = fieldProps(win, form, field);
  return (
    <>
      <SelectField
        {...props}
        path={`${props.path}.${kindKeyOf(kind)}`}
        value={kind}
        options={KINDS}
        onChange={(value) => change(newGuardrail(value))}
      />
      {guardrail && <GuardrailEditor guardrail={guardrail} crew={crew} path="guardrail" onChange={change} />}
    </>
  );
}
