import { useMemo } from 'react';
import { canBePlaceholder, placeholdersInText, textsOfAgent, textsOfTask } from '../../../shared/crew/placeholders.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { MapField } from '../../base/fields/map-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';

/** The crew's inputs. A placeholder without a value can be added with one click. */
export function InputsField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew } = form;
  const { agents, tasks, inputs } = crew;
  const missing = useMemo(() => missingInputs({ agents, tasks, inputs }), [agents, tasks, inputs]);
  return (
    <MapField
      {...fieldProps(win, form, field)}
      value={inputs}
      addText="Add a placeholder…"
      validateKey={(key) => (canBePlaceholder(key) ? null : 'Use up to 256 characters on one line, without { and }.')}
      suggestions={missing}
      suggestionText={(key) => `{${key}}`}
      onChange={(value) => setField(win, form, field, value)}
    />
  );
}

function missingInputs({ agents, tasks, inputs }: Pick<Crew, 'agents' | 'tasks' | 'inputs'>): string[] {
  const texts = [...agents.flatMap(textsOfAgent), ...tasks.flatMap(textsOfTask)];
  const given = new Set(Object.keys(inputs).map((key) => key.normalize('NFC')));
  const used = new Set(texts.flatMap(([, text]) => placeholdersInText(text)));
  return [...used].filter((key) => !given.has(key));
}
