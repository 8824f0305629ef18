import { useMemo } from 'react';
import { inputText, inputValue } from '../../../shared/crew/input-value.ts';
import { missingInputNames } from '../../../shared/crew/missing-inputs.ts';
import { canBePlaceholder } from '../../../shared/crew/placeholders.ts';
import { MapField } from '../../base/fields/map-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';

/** A value is JSON if it is written as JSON, otherwise a text. */
const JSON_OR_TEXT = { textOf: inputText, parse: inputValue };

/** The crew's inputs. A placeholder without a value can be added with one click. */
export function InputsField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew } = form;
  const { agents, tasks, inputs } = crew;
  const missing = useMemo(() => missingInputNames({ agents, tasks, inputs }, {}), [agents, tasks, inputs]);
  return (
    <MapField
      {...fieldProps(win, form, field)}
      value={inputs}
      codec={JSON_OR_TEXT}
      addText="Add a placeholder…"
      validateKey={(key) => (canBePlaceholder(key) ? null : 'Use up to 256 characters on one line, without { and }.')}
      suggestions={missing}
      suggestionText={(key) => `{${key}}`}
      onChange={(value) => setField(win, form, field, value)}
    />
  );
}
