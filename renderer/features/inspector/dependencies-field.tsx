import { contextOf } from '../../../shared/crew/context.ts';
import { wouldCycle } from '../../../shared/crew/cycle.ts';
import { NamesField } from '../../base/fields/names-field.tsx';
import { addDependency, removeDependency } from '../../state/commands/crew-edits.ts';
import { edgeKey, select, toast } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps } from './form.ts';

/** The tasks that a task depends on. Refuses a dependency that would create a cycle. */
export function DependenciesField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  if (subject.kind !== 'task') return null;
  const { name } = subject;
  const task = crew.tasks.find((other) => other.name === name);
  const context = task ? contextOf(task) : [];
  const choices = crew.tasks.map((other) => other.name).filter((other) => other !== name && !context.includes(other));
  const add = (other: string) => {
    const cycle = wouldCycle(crew, other, name);
    if (cycle) toast(win, 'error', `This would create a cycle: ${[...cycle, cycle[0]].join(' → ')}`);
    else addDependency(win, other, name);
  };
  return (
    <NamesField
      {...fieldProps(win, form, field)}
      names={context}
      choices={choices}
      onAdd={add}
      onRemove={(other) => removeDependency(win, other, name)}
      onChoose={(other) => select(win, edgeKey(`task:${other}`, `task:${name}`))}
    />
  );
}
