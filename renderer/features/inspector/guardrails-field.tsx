import type { Guardrail } from '../../../shared/crew/guardrails.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { EntryButtons } from './entry-buttons.tsx';
import { type FormFieldProps, fieldProps, setField } from './form.ts';
import { GUARDRAIL_KINDS, GuardrailEditor, kindKeyOf, kindOf, newGuardrail } from './guardrail-editor.tsx';

const MAX_GUARDRAILS = 10;
const ADD = [['', 'Add a check…'], ...GUARDRAIL_KINDS] as const;

/** The guardrails of a task, in the order in which they check an answer. */
export function GuardrailsField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const task = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name);
  const guardrails = task?.guardrails ?? [];
  const props = fieldProps(win, form, field);
  const change = (next: readonly Guardrail[], gesture: string | null = null) =>
    setField(win, form, field, next.length === 0 ? undefined : next, gesture);
  const replace = (at: number, next: Guardrail | undefined, gesture: string | null = null) =>
    next && change(guardrails.with(at, next), gesture);
  const move = (at: number, to: number) => {
    const moved = guardrails[at];
    if (moved) change(guardrails.toSpliced(at, 1).toSpliced(to, 0, moved));
  };
  return (
    <>
      {guardrails.map((guardrail, at) => {
        const path = `${props.path}.${at}`;
        const kind = kindOf(guardrail);
        const label = `Check ${at + 1}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the position identifies a guardrail
          <fieldset key={at} className="ordered-entry" aria-label={label}>
            <SelectField
              label={label}
              path={`${path}.${kindKeyOf(kind)}`}
              value={kind}
              options={GUARDRAIL_KINDS}
              onChange={(value) => replace(at, newGuardrail(value))}
            />
            <EntryButtons
              label={label}
              at={at}
              count={guardrails.length}
              onMove={(to) => move(at, to)}
              onRemove={() => change(guardrails.toSpliced(at, 1))}
            />
            <GuardrailEditor
              guardrail={guardrail}
              crew={crew}
              path={path}
              onChange={(next, gesture) => replace(at, next, gesture)}
            />
          </fieldset>
        );
      })}
      {guardrails.length < MAX_GUARDRAILS && (
        <SelectField
          {...props}
          value=""
          options={ADD}
          onChange={(kind) => {
            const added = newGuardrail(kind);
            if (added) change([...guardrails, added]);
          }}
        />
      )}
    </>
  );
}
