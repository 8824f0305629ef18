import type { ReactNode } from 'react';
import type { FormField } from '../../../shared/crew/fields/form-fields.ts';
import { useDocument } from '../../state/document.ts';
import { useProblems, useWarnings } from '../../state/problems.ts';
import { type Form, isSet, isShown } from './form.ts';
import { Group } from './group.tsx';
import { SchemaField } from './schema-field.tsx';
import { type FormSubject, objectOf, pathOf } from './subject.ts';

/** Whether the rarely used fields are shown. */
export interface Advanced {
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}

interface Props {
  subject: FormSubject;
  fields: readonly FormField[];
  /** What to show below the fields of a group. */
  after?: Readonly<Record<string, ReactNode>>;
  advanced: Advanced;
}

/** The keys of the crew, or of an agent, task or pool, by group. Rarely used keys are below "Advanced". */
export function SchemaForm({ subject, fields, after = {}, advanced }: Props) {
  const form = useForm(subject);
  const shown = fields.filter((field) => isShown(form, field));
  const usual = shown.filter(({ info }) => !info.advanced);
  const rare = shown.filter(({ info }) => info.advanced);
  const changed = rare.filter((field) => isSet(form, field)).length;
  return (
    <>
      <Groups form={form} fields={usual} after={after} isFirstNamed={false} />
      {rare.length > 0 && (
        <details
          className="advanced"
          open={advanced.isOpen}
          onToggle={(event) => advanced.onToggle(event.currentTarget.open)}
        >
          <summary>
            Advanced
            {changed > 0 && <span className="muted">{changed} changed</span>}
          </summary>
          {advanced.isOpen && <Groups form={form} fields={rare} after={{}} isFirstNamed />}
        </details>
      )}
    </>
  );
}

interface GroupsProps {
  form: Form;
  fields: readonly FormField[];
  after: Readonly<Record<string, ReactNode>>;
  /** The first group has a visible heading too. Otherwise the title of the panel is its heading. */
  isFirstNamed: boolean;
}

function Groups({ form, fields, after, isFirstNamed }: GroupsProps) {
  const names = [...new Set(fields.map(({ info }) => info.group))];
  return names.map((name, at) => (
    <Group key={name} name={name} isNameHidden={at === 0 && !isFirstNamed}>
      {fields.map((field) =>
        field.info.group === name ? <SchemaField key={field.path.join('.')} form={form} field={field} /> : null,
      )}
      {after[name]}
    </Group>
  ));
}

function useForm(subject: FormSubject): Form {
  const crew = useDocument(({ crew }) => crew);
  const problems = [...useProblems(), ...useWarnings()];
  const node = subject.kind === 'crew' ? null : `${subject.kind}:${subject.name}`;
  const object = objectOf(crew, subject);
  return {
    crew,
    subject,
    object,
    path: pathOf(crew, subject),
    problems: problems.filter((problem) => problem.node === node),
  };
}
