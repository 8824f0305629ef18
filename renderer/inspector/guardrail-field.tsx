import { languageOf } from '../../shared/project/languages.ts';
import { type Crew, type Guardrail, guardrailSchema, type Task } from '../../shared/project/schema.ts';
import { NumberField } from '../fields/number-field.tsx';
import { SelectField } from '../fields/select-field.tsx';
import { CommittedField, TextField } from '../fields/text-field.tsx';

const KINDS = [
  ['', 'none'],
  ['length', 'its length'],
  ['regex', 'a regular expression'],
  ['json', 'that it is JSON'],
  ['language', 'its language'],
  ['cites', 'cites its sources'],
  ['agent', 'an agent judges it'],
] as const;

interface Props {
  guardrail: Guardrail | undefined;
  project: Crew;
  /** Sets the task's guardrail; `what` names the change for undo. */
  onChange: (what: string, guardrail: Task['guardrail']) => void;
}

/** What the task's answers are checked for, and how often one that does not pass is sent back. */
export function GuardrailField({ guardrail, project, onChange }: Props) {
  const kind = guardrail === undefined ? '' : 'check' in guardrail ? guardrail.check : 'agent';
  return (
    <>
      <SelectField
        label="Guardrail"
        value={kind}
        options={KINDS}
        onChange={(value) => onChange('guardrail', newGuardrail(value, project))}
      />
      {guardrail && <Details guardrail={guardrail} project={project} onChange={onChange} />}
      {guardrail && (
        <NumberField
          label="Max repairs"
          value={guardrail.tries}
          rule={{ min: 0, max: 20 }}
          onChange={(tries) => tries !== undefined && onChange('guardrail tries', { ...guardrail, tries })}
        />
      )}
    </>
  );
}

/** One that can be checked as it stands; the rest is filled in below it. */
function newGuardrail(kind: string, { agents }: Crew): Guardrail | undefined {
  const given: Readonly<Record<string, object>> = {
    length: { check: 'length', max: 2000 },
    regex: { check: 'regex', pattern: '.' },
    language: { check: 'language', language: 'en' },
    agent: { agent: agents[0]?.name ?? '', criteria: 'It does what the task asks for.' },
  };
  return guardrailSchema.safeParse(given[kind] ?? { check: kind }).data;
}

function Details({ guardrail, project, onChange }: Props & { guardrail: Guardrail }) {
  if (!('check' in guardrail)) {
    return (
      <>
        <SelectField
          label="Judge"
          value={guardrail.agent}
          options={project.agents.map(({ name }) => [name, name] as const)}
          onChange={(agent) => onChange('judge', { ...guardrail, agent })}
        />
        <TextField
          label="Criteria"
          rows={3}
          value={guardrail.criteria}
          refuse={(criteria) => (criteria === '' ? 'Enter what the answer must meet.' : null)}
          onChange={(criteria) => onChange('criteria', { ...guardrail, criteria })}
        />
      </>
    );
  }
  switch (guardrail.check) {
    case 'length': {
      const { min, max, ...rest } = guardrail;
      const change = (least: number | undefined, most: number | undefined) =>
        onChange('length', {
          ...rest,
          ...(least === undefined ? {} : { min: least }),
          ...(most === undefined ? {} : { max: most }),
        });
      return (
        <>
          <NumberField
            label="At least (characters)"
            value={min}
            rule={{ min: 0, optional: true }}
            onChange={(value) => change(value, max)}
          />
          <NumberField
            label="At most (characters)"
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
          value={guardrail.pattern}
          refuse={(pattern) =>
            guardrailSchema.safeParse({ ...guardrail, pattern }).success ? null : 'Not a valid regular expression.'
          }
          onCommit={(pattern) => onChange('expression', { ...guardrail, pattern })}
        />
      );
    case 'language':
      return (
        <CommittedField
          label="Language"
          value={guardrail.language}
          refuse={(language) =>
            languageOf(language) === null ? 'Enter a language code such as en, de or pt-BR.' : null
          }
          onCommit={(language) => onChange('language', { ...guardrail, language })}
        />
      );
    case 'json':
    case 'cites':
      return null;
    default:
      return guardrail satisfies never;
  }
}
