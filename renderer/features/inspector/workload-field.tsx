import { useId } from 'react';
import type { Crew } from '../../../shared/crew/schema.ts';
import { AddKey } from '../../base/fields/add-key.tsx';
import { Field } from '../../base/fields/field.tsx';
import { keyError, withKey, withoutKey } from '../../base/fields/map-field.tsx';
import { NumberField } from '../../base/fields/number-field.tsx';
import { CommittedField, TextField } from '../../base/fields/text-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';
import { MeasureFields } from './measure-fields.tsx';

type Workload = Crew['workload'];
type Entry = Workload[string];

/** The amounts that a run is expected to process, each with its unit and measure. */
export function WorkloadField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const id = useId();
  const { workload } = form.crew;
  const change = (next: Workload, gesture: string | null = null) => setField(win, form, field, next, gesture);
  const props = fieldProps(win, form, field);
  const validate = (key: string) => keyError(workload, key);
  return (
    <>
      {Object.entries(workload).map(([key, entry], at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a renamed entry keeps its position, and so the focus
          key={at}
          className="card"
        >
          <EntryFields
            name={key}
            entry={entry}
            validate={validate}
            onRename={(to) => change(withKey(workload, key, to))}
            onChange={(next, gesture) => change({ ...workload, [key]: next }, gesture)}
          />
          <div className="field">
            <button type="button" className="button" onClick={() => change(withoutKey(workload, key))}>
              Remove {key}
            </button>
          </div>
        </div>
      ))}
      <Field id={id} {...props}>
        <AddKey
          id={id}
          text="Add an amount…"
          field={props}
          validate={validate}
          onAdd={(key) => change({ ...workload, [key]: { declared: 0 } })}
        />
      </Field>
    </>
  );
}

interface EntryProps {
  name: string;
  entry: Entry;
  validate: (key: string) => string | null;
  onRename: (key: string) => void;
  onChange: (entry: Entry, gesture?: string) => void;
}

function EntryFields({ name, entry, validate, onRename, onChange }: EntryProps) {
  const path = `workload.${name}`;
  const { unit, measure, ...rest } = entry;
  return (
    <>
      <CommittedField
        label="Amount"
        help="What is counted, such as “customer_records”."
        path={`${path} key`}
        value={name}
        validate={(key) => (key === '' ? 'Enter what is counted.' : validate(key))}
        onCommit={onRename}
      />
      <NumberField
        label="Expected"
        help="The amount that the run is expected to process."
        path={`${path}.declared`}
        value={entry.declared}
        rule={{ min: 0, fractions: true }}
        onChange={(declared) => declared !== undefined && onChange({ ...entry, declared }, `${name} declared`)}
      />
      <TextField
        label="Unit"
        help="The unit of the amount, such as “records”."
        path={`${path}.unit`}
        value={unit ?? ''}
        onChange={(text) => onChange({ ...rest, ...(measure && { measure }), ...(text !== '' && { unit: text }) })}
      />
      <MeasureFields
        path={`${path}.measure`}
        measure={measure}
        onChange={(next) => onChange({ ...rest, ...(unit !== undefined && { unit }), ...(next && { measure: next }) })}
      />
    </>
  );
}
