import type { Crew } from '../../../shared/crew/schema.ts';
import { SelectField } from '../../base/fields/select-field.tsx';
import { CommittedField, TextField } from '../../base/fields/text-field.tsx';
import { useNameChoices } from './name-choices.ts';

type Measure = NonNullable<Crew['workload'][string]['measure']>;
type Kind = 'rows_of' | 'files_written' | 'items' | 'checks' | 'completed';

const KINDS: readonly (readonly [Kind | '', string])[] = [
  ['', 'not measured'],
  ['rows_of', 'rows of a file'],
  ['files_written', 'files written'],
  ['items', 'items of a result'],
  ['checks', 'checks of a task'],
  ['completed', 'completed tasks'],
];

interface Props {
  path: string;
  measure: Measure | undefined;
  onChange: (measure: Measure | undefined) => void;
}

/** How a run measures an amount of the workload. */
export function MeasureFields({ path, measure, onChange }: Props) {
  const tasks = useNameChoices('tasks');
  return (
    <>
      <SelectField
        label="Measured by"
        help="What is counted in a run to compare it with the expected amount."
        path={path}
        value={measure === undefined ? '' : kindOf(measure)}
        options={KINDS}
        onChange={(kind) => onChange(newMeasure(kind, tasks[0]?.[0] ?? ''))}
      />
      {measure && <Argument path={path} measure={measure} onChange={onChange} />}
    </>
  );
}

function Argument({ path, measure, onChange }: Props & { measure: Measure }) {
  const tasks = useNameChoices('tasks');
  if ('rows_of' in measure) {
    return (
      <CommittedField
        label="File"
        path={`${path}.rows_of`}
        value={measure.rows_of}
        validate={(file) => (file === '' ? 'Enter the path of a file in the workspace.' : null)}
        onCommit={(file) => onChange({ rows_of: file })}
      />
    );
  }
  if ('files_written' in measure) {
    return (
      <CommittedField
        label="Pattern"
        help="Files whose path matches are counted. * stands for any part of a path, such as reports/*.md."
        path={`${path}.files_written`}
        value={measure.files_written}
        validate={(pattern) => (pattern === '' ? 'Enter a pattern such as reports/*.md.' : null)}
        onCommit={(pattern) => onChange({ files_written: pattern })}
      />
    );
  }
  if ('completed' in measure) {
    return (
      <TextField
        label="Category"
        path={`${path}.completed`}
        value={measure.completed}
        onChange={(category) => onChange({ completed: category })}
      />
    );
  }
  if ('checks' in measure) {
    return (
      <SelectField
        label="Task"
        path={`${path}.checks`}
        value={measure.checks}
        options={tasks}
        onChange={(task) => onChange({ checks: task })}
      />
    );
  }
  const { items } = measure;
  return (
    <>
      <SelectField
        label="Task"
        path={`${path}.items.task`}
        value={items.task}
        options={tasks}
        onChange={(task) => onChange({ items: { ...items, task } })}
      />
      <TextField
        label="Path"
        help="Where the list is in the task's JSON result: keys and positions joined by dots. Empty: the result itself."
        path={`${path}.items.path`}
        value={items.path}
        onChange={(to) => onChange({ items: { ...items, path: to } })}
      />
    </>
  );
}

function kindOf(measure: Measure): Kind {
  if ('rows_of' in measure) return 'rows_of';
  if ('files_written' in measure) return 'files_written';
  if ('items' in measure) return 'items';
  return 'checks' in measure ? 'checks' : 'completed';
}

/** A valid measure of this kind, for the crew's first task. */
function newMeasure(kind: string, task: string): Measure | undefined {
  switch (kind) {
    case 'rows_of':
      return { rows_of: 'data.csv' };
    case 'files_written':
      return { files_written: '*' };
    case 'items':
      return task === '' ? undefined : { items: { task, path: '' } };
    case 'checks':
      return task === '' ? undefined : { checks: task };
    case 'completed':
      return { completed: '' };
    default:
      return undefined;
  }
}
