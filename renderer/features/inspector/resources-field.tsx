import { NamesField } from '../../base/fields/names-field.tsx';
import { NumberField } from '../../base/fields/number-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';
import { useNameChoices } from './name-choices.ts';

/** The pools that a task uses, with the units that it needs of each. */
export function ResourcesField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const demands = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name)?.resources ?? [];
  const names = demands.map(({ pool }) => pool);
  const choices = useNameChoices('pools').flatMap(([name]) => (names.includes(name) ? [] : [name]));
  const props = fieldProps(win, form, field);
  return (
    <>
      <NamesField
        {...props}
        names={[...new Set(names)]}
        choices={choices}
        onAdd={(pool) => setField(win, form, field, [...demands, { pool, units: 1 }])}
        onRemove={(pool) =>
          setField(
            win,
            form,
            field,
            demands.filter((demand) => demand.pool !== pool),
          )
        }
      />
      {demands.map(({ pool, units }, at) => (
        <NumberField
          // biome-ignore lint/suspicious/noArrayIndexKey: a file may list a pool twice
          key={`${at} ${pool}`}
          label={`Units of ${pool}`}
          help="The task waits until the pool has this number of free units."
          path={`${props.path}.${at}.units`}
          value={units}
          rule={{ min: 1 }}
          onChange={(value) =>
            setField(
              win,
              form,
              field,
              demands.map((demand, index) => (index === at ? { ...demand, units: value } : demand)),
            )
          }
        />
      ))}
    </>
  );
}
