import { languageOf } from '../../../shared/crew/languages.ts';
import { type Crew, type Guardrail, guardrailSchema } from '../../../shared/crew/schema.ts';
import { NumberField } from '../../base/fields/number-field.tsx';
import { SelectField } from '../../base/fields/select-field.tsx';
import { CommittedField, TextField } from '../../base/fields/text-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { type FormFieldProps, fieldProps, setField } from './form.ts';

const KINDS = [
  ['', 'none'],
  ['length', 'its length'],
  ['regex', 'a regular expression'],
  ['json', 'is JSON'],
  ['language', 'its language'],
  ['cites', 'cites its sources'],
  ['agent', 'an agent judges it'],
] as const;

/** The checks of the task's answers, and how often an answer that fails is corrected. */
export function GuardrailField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const task = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name);
  const guardrail = task?.guardrail;
  const kind = guardrail === undefined ? '' : 'check' in guardrail ? guardrail.check : 'agent';
  const change = (next: Guardrail | undefined, gesture: string | null = null) =>
    setField(win, form, field, next, gesture);
  const props = fieldProps(win, form, field);
  return (
    <>
      <SelectField
        {...props}
        path={`${props.path}.${kind === 'agent' ? 'kind' : 'check'}`}
        value={kind}
        options={KINDS}
        onChange={(value) => change(newGuardrail(value, crew))}
      />
      {guardrail && <Details guardrail={guardrail} crew={crew} onChange={change} />}
      {guardrail && (
        <NumberField
          label="Max repairs"
          help="How often an answer that fails the check goes back to the agent before the attempt fails."
          path="guardrail.tries"
          value={guardrail.tries}
          rule={{ min: 0, max: 20 }}
          onChange={(tries) => tries !== undefined && change({ ...guardrail, tries }, 'tries')}
        />
      )}
    </>
  );
}

interface DetailsProps {
  guardrail: Guardrail;
  crew: Crew;
  onChange: (guardrail: Guardrail, gesture?: string) => void;
}

/** A guardrail that is valid, so that the rest can be edited below it. Undefined if the crew has no agent to judge. */
function newGuardrail(kind: string, { agents }: Crew): Guardrail | undefined {
  const given: Readonly<Record<string, object>> = {
    length: { check: 'length', max: 2000 },
    regex: { check: 'regex', pattern: '.' },
    language: { check: 'language', language: 'en' },
    agent: { agent: agents[0]?.name ?? '', criteria: 'It does what the task asks for.' },
  };
  return guardrailSchema.safeParse(given[kind] ?? { check: kind }).data;
}

function Details({ guardrail, crew, onChange }: DetailsProps) {
  if (!('check' in guardrail)) {
    return (
      <>
        <SelectField
          label="Judge"
          help="The agent that reads the answer and decides whether it meets the criteria."
          path="guardrail.agent"
          value={guardrail.agent}
          options={crew.agents.map(({ name }) => [name, name] as const)}
          onChange={(agent) => onChange({ ...guardrail, agent })}
        />
        <TextField
          label="Criteria"
          path="guardrail.criteria"
          rows={3}
          value={guardrail.criteria}
          validate={(criteria) => (criteria === '' ? 'Enter what the answer must meet.' : null)}
          onChange={(criteria) => onChange({ ...guardrail, criteria })}
        />
      </>
    );
  }
  switch (guardrail.check) {
    case 'length': {
      const { min, max, ...rest } = guardrail;
      const change = (least: number | undefined, most: number | undefined) =>
        onChange(
          {
            ...rest,
            ...(least === undefined ? {} : { min: least }),
            ...(most === undefined ? {} : { max: most }),
          },
          'length',
        );
      return (
        <>
          <NumberField
            label="At least"
            unit="characters"
            path="guardrail.min"
            value={min}
            rule={{ min: 0, optional: true }}
            onChange={(value) => change(value, max)}
          />
          <NumberField
            label="At most"
            unit="characters"
            path="guardrail.max"
            value={max}
            rule={{ min: 1, optional: true }}
            onChange={(value) => change(min, value)}
          />
        </>
      );
    }
    case 'regex':
      return (
        <CommittedField
          label="Expression"
          help="A regular expression of JavaScript. It must match somewhere in the answer."
          path="guardrail.pattern"
          value={guardrail.pattern}
          validate={(pattern) =>
            guardrailSchema.safeParse({ ...guardrail, pattern }).success ? null : 'Not a valid regular expression.'
          }
          onCommit={(pattern) => onChange({ ...guardrail, pattern })}
        />
      );
    case 'language':
      return (
        <CommittedField
          label="Language"
          help="A language code such as en, de or pt-BR."
          path="guardrail.language"
          value={guardrail.language}
          validate={(language) =>
            languageOf(language) === null ? 'Enter a language code such as en, de or pt-BR.' : null
          }
          onCommit={(language) => onChange({ ...guardrail, language })}
        />
      );
    case 'json':
    case 'cites':
      return null;
    default:
      return guardrail satisfies never;
  }
}
