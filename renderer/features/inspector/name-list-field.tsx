import type { NameList } from '../../../shared/crew/fields/field-info.ts';
import { NamesField } from '../../base/fields/names-field.tsx';
import { SwitchField } from '../../base/fields/switch-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField, valueOfField } from './form.ts';
import { useNameChoices } from './name-choices.ts';

/** A list of names. If an empty list means something else than no list, a switch decides whether there is a list. */
export function NameListField({ form, field, of }: FormFieldProps & { of: NameList }) {
  const win = useWindowState();
  const value = valueOfField(form, field);
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  const choices = useNameChoices(of).flatMap(([name]) => (names.includes(name) ? [] : [name]));
  const { ownList } = field.info;
  const isWithoutList = ownList !== undefined && value === undefined;
  const set = (next: readonly string[]) =>
    setField(win, form, field, next.length === 0 && field.isOptional && ownList === undefined ? undefined : next);
  const props = fieldProps(win, form, field);
  return (
    <>
      {ownList !== undefined && (
        <SwitchField
          label={ownList}
          help={props.help}
          path={props.path}
          reset={props.reset}
          value={!isWithoutList}
          onChange={(own) => setField(win, form, field, own ? [] : undefined)}
        />
      )}
      {!isWithoutList && (
        <NamesField
          {...props}
          reset={ownList === undefined ? props.reset : undefined}
          names={names}
          choices={choices}
          onAdd={(name) => set([...names, name])}
          onRemove={(name) => set(names.filter((other) => other !== name))}
        />
      )}
    </>
  );
}
