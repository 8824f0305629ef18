import { GUARDRAIL_VARIABLES, type Guardrail, guardrailSchema } from '../../../shared/crew/guardrails.ts';
import { languageOf } from '../../../shared/crew/languages.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { parseExpression } from '../../../shared/expressions/parse-expression.ts';
import { NumberField } from '../../base/fields/number-field.tsx';
import { SelectField } from '../../base/fields/select-field.tsx';
import { CommittedField, TextField } from '../../base/fields/text-field.tsx';

/** The kinds of guardrails, with their labels. */
export const GUARDRAIL_KINDS = [
  ['length', 'its length'],
  ['regex', 'a regular expression'],
  ['json', 'is JSON'],
  ['language', 'its language'],
  ['cites', 'cites its sources'],
  ['expression', 'an expression is true'],
  ['criteria', 'meets criteria'],
] as const;

const ON_FAILURE = [
  ['fail', 'the attempt fails'],
  ['keep', 'keep the best answer, degraded'],
] as const;

interface Props {
  guardrail: Guardrail;
  crew: Crew;
  /** The path of the guardrail in its task, such as `guardrails.0`. */
  path: string;
  onChange: (guardrail: Guardrail, gesture?: string | null) => void;
}

/** The settings of one guardrail, below its kind. */
export function GuardrailEditor({ guardrail, crew, path, onChange }: Props) {
  return (
    <>
      <Details guardrail={guardrail} crew={crew} path={path} onChange={onChange} />
      <NumberField
        label="Max repairs"
        help="How often an answer that fails the check goes back to the agent."
        path={`${path}.tries`}
        value={guardrail.tries}
        rule={{ min: 0, max: 20 }}
        onChange={(tries) => tries !== undefined && onChange({ ...guardrail, tries }, `${path}.tries`)}
      />
      <SelectField
        label="After the last try"
        help="Keeping uses the answer that passed most guardrails. Its task is then degraded."
        path={`${path}.on_failure`}
        value={guardrail.on_failure}
        options={ON_FAILURE}
        onChange={(choice) => onChange({ ...guardrail, on_failure: choice === 'keep' ? 'keep' : 'fail' })}
      />
    </>
  );
}

/** Returns the kind of a guardrail, as in `GUARDRAIL_KINDS`. */
export function kindOf(guardrail: Guardrail): (typeof GUARDRAIL_KINDS)[number][0] {
  return 'check' in guardrail ? guardrail.check : 'criteria';
}

/** Returns the key that the kind of a guardrail is in. */
export function kindKeyOf(kind: string): 'check' | 'kind' {
  return kind === 'criteria' ? 'kind' : 'check';
}

type Criteria = Extract<Guardrail, { criteria: string }>;

function judgedBy({ agent: _, ...rest }: Criteria, agent: string): Criteria {
  return agent === '' ? rest : { ...rest, agent };
}

type Expression = Extract<Guardrail, { check: 'expression' }>;

function withMessage({ message: _, ...rest }: Expression, message: string): Expression {
  return message === '' ? rest : { ...rest, message };
}

function expressionProblem(cel: string): string | null {
  const parsed = parseExpression(cel, GUARDRAIL_VARIABLES);
  return parsed.ok ? null : `${parsed.message} (column ${parsed.column})`;
}

/** A guardrail that is valid, so that the rest can be edited below it. Undefined for an unknown kind. */
export function newGuardrail(kind: string): Guardrail | undefined {
  const given: Readonly<Record<string, object>> = {
    length: { check: 'length', max: 2000 },
    regex: { check: 'regex', pattern: '.' },
    language: { check: 'language', language: 'en' },
    expression: { check: 'expression', cel: 'size(text) <= 2000' },
    criteria: { criteria: 'It does what the task asks for.' },
  };
  return guardrailSchema.safeParse(given[kind] ?? { check: kind }).data;
}

function Details({ guardrail, crew, path, onChange }: Props) {
  if (!('check' in guardrail)) {
    return (
      <>
        <SelectField
          label="Judge"
          help="Who reads the answer and decides whether it meets the criteria."
          path={`${path}.agent`}
          value={guardrail.agent ?? ''}
          options={[['', 'the model of the task'], ...crew.agents.map(({ name }) => [name, name] as const)]}
          onChange={(agent) => onChange(judgedBy(guardrail, agent))}
        />
        <TextField
          label="Criteria"
          path={`${path}.criteria`}
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
          `${path}.length`,
        );
      return (
        <>
          <NumberField
            label="At least"
            unit="characters"
            path={`${path}.min`}
            value={min}
            rule={{ min: 0, optional: true }}
            onChange={(value) => change(value, max)}
          />
          <NumberField
            label="At most"
            unit="characters"
            path={`${path}.max`}
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
          path={`${path}.pattern`}
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
          path={`${path}.language`}
          value={guardrail.language}
          validate={(language) =>
            languageOf(language) === null ? 'Enter a language code such as en, de or pt-BR.' : null
          }
          onCommit={(language) => onChange({ ...guardrail, language })}
        />
      );
    case 'expression':
      return (
        <>
          <CommittedField
            label="CEL"
            help="An expression with text, json, inputs and outputs that must be true, such as size(text) <= 280."
            path={`${path}.cel`}
            value={guardrail.cel}
            validate={(cel) => expressionProblem(cel)}
            onCommit={(cel) => onChange({ ...guardrail, cel })}
          />
          <CommittedField
            label="Message"
            help="What the agent reads if the expression is not true."
            path={`${path}.message`}
            value={guardrail.message ?? ''}
            validate={() => null}
            onCommit={(message) => onChange(withMessage(guardrail, message))}
          />
        </>
      );
    case 'json':
    case 'cites':
      return null;
    default:
      return guardrail satisfies never;
  }
}
