import { CommittedField } from '../../base/fields/text-field.tsx';
import { edit } from '../../state/document.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, valueOfField } from './form.ts';
import { canonicalName, giveName, nameError, validateName } from './naming.ts';

/** The name of the crew, or of an agent, task or pool. Renaming an agent, task or pool updates every reference. */
export function NameField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { kind } = form.subject;
  if (kind === 'tool' || kind === 'server' || kind === 'database') return null;
  const value = valueOfField(form, field);
  const name = typeof value === 'string' ? value : '';
  return (
    <CommittedField
      {...fieldProps(win, form, field)}
      value={name}
      validate={kind === 'crew' ? nameError : (given) => validateName(win, name, given)}
      canonical={canonicalName}
      onCommit={(given) => (kind === 'crew' ? nameCrew(win, given) : giveName(win, kind, name, given))}
    />
  );
}

function nameCrew(win: WindowState, given: string): void {
  edit(
    win,
    (draft) => {
      draft.name = canonicalName(given);
    },
    'crew name',
  );
}
