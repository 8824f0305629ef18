import { definedNameError } from '../../../shared/crew/definitions.ts';
import { CommittedField } from '../../base/fields/text-field.tsx';
import { renameDefinition } from '../../state/commands/definition-edits.ts';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps } from './form.ts';

/** The name of a tool or server of the crew. Renaming it updates the tools of agents and tasks. */
export function DefinedNameField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const crew = useDocument((document) => document.crew);
  const { subject } = form;
  if (subject.kind !== 'tool' && subject.kind !== 'server' && subject.kind !== 'database') return null;
  const { kind, name } = subject;
  return (
    <CommittedField
      {...fieldProps(win, form, field)}
      value={name}
      validate={(given) => definedNameError(crew, kind, name, given.trim())}
      canonical={(given) => given.trim()}
      onCommit={(given) => renameDefinition(win, kind, name, given.trim())}
    />
  );
}
