import type { FormField, NumberBounds } from '../../../shared/crew/fields/form-fields.ts';
import { unusableSchema } from '../../../shared/crew/output-schema.ts';
import { JsonField } from '../../base/fields/json-field.tsx';
import { ListField } from '../../base/fields/list-field.tsx';
import { MapField, TEXT } from '../../base/fields/map-field.tsx';
import { NumberField } from '../../base/fields/number-field.tsx';
import { SelectField } from '../../base/fields/select-field.tsx';
import { SwitchField } from '../../base/fields/switch-field.tsx';
import { CommittedField, TextField } from '../../base/fields/text-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { CustomField } from './custom-field.tsx';
import {
  type FormFieldProps,
  fieldProps,
  inheritedValue,
  setField,
  unsetText,
  validateValue,
  valueOfField,
} from './form.ts';
import { useNameChoices } from './name-choices.ts';
import { NameListField } from './name-list-field.tsx';

/** The field of a key of the crew file, with the component for the key's kind. */
export function SchemaField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { kind } = field;
  const props = { form, field };
  switch (kind.kind) {
    case 'text':
    case 'long text':
      return <TextOfKey {...props} />;
    case 'number':
      return <NumberOfKey bounds={kind.bounds} {...props} />;
    case 'choice':
      return <ChoiceOfKey options={Object.entries(kind.choices)} {...props} />;
    case 'switch':
      return <SwitchOfKey {...props} />;
    case 'name':
      return <NameOfKey of={kind.of} {...props} />;
    case 'names':
      return <NameListField of={kind.of} {...props} />;
    case 'text list':
      return (
        <ListField
          {...fieldProps(win, form, field)}
          value={textsOf(valueOfField(form, field))}
          validate={(value) => validateValue(field, value)}
          onChange={(value) => setField(win, form, field, value.length === 0 && field.isOptional ? undefined : value)}
        />
      );
    case 'map':
      return (
        <MapField
          codec={TEXT}
          {...fieldProps(win, form, field)}
          value={textMapOf(valueOfField(form, field))}
          addText="Add a key…"
          onChange={(value) => setField(win, form, field, value)}
        />
      );
    case 'JSON':
      return (
        <JsonField
          {...fieldProps(win, form, field)}
          value={valueOfField(form, field)}
          placeholder={unsetText(form, field)}
          validate={(value) => validateValue(field, value) ?? (kind.isSchema ? validateJsonSchema(value) : null)}
          onChange={(value) => setField(win, form, field, value)}
        />
      );
    case 'own settings':
      return <OwnSettings fields={kind.fields} {...props} />;
    case 'custom':
      return <CustomField custom={kind.custom} {...props} />;
    default:
      return kind satisfies never;
  }
}

function TextOfKey({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const value = valueOfField(form, field);
  const meant = (text: string) => (text === '' && field.isOptional ? undefined : text);
  const props = {
    ...fieldProps(win, form, field),
    value: typeof value === 'string' ? value : '',
    validate: (text: string) => validateValue(field, meant(text)),
  };
  const onChange = (text: string) => setField(win, form, field, meant(text));
  if (field.kind.kind === 'long text') {
    return <TextField {...props} rows={field.kind.lines} placeholder={field.info.help} onChange={onChange} />;
  }
  const placeholder = unsetText(form, field);
  const isLive = field.kind.kind === 'text' && field.kind.isLive;
  return isLive ? (
    <TextField {...props} placeholder={placeholder} onChange={onChange} />
  ) : (
    <CommittedField {...props} placeholder={placeholder} onCommit={onChange} />
  );
}

function NumberOfKey({ form, field, bounds }: FormFieldProps & { bounds: NumberBounds }) {
  const win = useWindowState();
  const value = valueOfField(form, field);
  const standard = inheritedValue(form, field) ?? field.standard;
  return (
    <NumberField
      {...fieldProps(win, form, field)}
      value={typeof value === 'number' ? value : undefined}
      rule={{ ...bounds, optional: field.isOptional }}
      step={field.info.step ?? 1}
      standard={typeof standard === 'number' ? standard : undefined}
      placeholder={unsetText(form, field)}
      validate={(number) => validateValue(field, number)}
      onChange={(number) => setField(win, form, field, number, 'step')}
    />
  );
}

type Options = readonly (readonly [value: string, label: string])[];

/** `''` represents an absent key. */
function ChoiceOfKey({ form, field, options }: FormFieldProps & { options: Options }) {
  const win = useWindowState();
  const value = valueOfField(form, field);
  const usual = unsetText(form, field);
  const inherits = field.info.inherits !== undefined;
  const label = options.find(([name]) => name === usual)?.[1] ?? usual ?? 'none';
  const unset: Options = field.isOptional ? [['', inherits ? `crew default: ${label}` : label]] : [];
  return (
    <SelectField
      {...fieldProps(win, form, field)}
      value={typeof value === 'string' ? value : ''}
      options={[...unset, ...options]}
      onChange={(name) => setField(win, form, field, name === '' ? undefined : name)}
    />
  );
}

function NameOfKey({ of, ...props }: FormFieldProps & { of: Parameters<typeof useNameChoices>[0] }) {
  return <ChoiceOfKey options={useNameChoices(of)} {...props} />;
}

function SwitchOfKey({ form, field }: FormFieldProps) {
  const win = useWindowState();
  return (
    <SwitchField
      {...fieldProps(win, form, field)}
      value={(valueOfField(form, field) ?? inheritedValue(form, field)) === true}
      onChange={(value) => setField(win, form, field, value)}
    />
  );
}

/** An optional object: a switch, and its fields while the object exists. It starts as a copy of the crew's object. */
function OwnSettings({ form, field, fields }: FormFieldProps & { fields: readonly FormField[] }) {
  const win = useWindowState();
  const isOwn = valueOfField(form, field) !== undefined;
  return (
    <>
      <SwitchField
        {...fieldProps(win, form, field)}
        value={isOwn}
        onChange={(own) =>
          setField(win, form, field, own ? (inheritedValue(form, field) ?? field.info.initial ?? {}) : undefined)
        }
      />
      {isOwn && fields.map((inner) => <SchemaField key={inner.path.join('.')} form={form} field={inner} />)}
    </>
  );
}

function validateJsonSchema(value: unknown): string | null {
  const why = unusableSchema(value);
  return why === null ? null : `This JSON Schema cannot be used: ${why}.`;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

function textMapOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
