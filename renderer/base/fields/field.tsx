import './fields.css';
import type { ReactNode } from 'react';
import { Icon } from '../icons.tsx';

/** The properties that all fields share. */
export interface FieldProps {
  label: string;
  /** Shown at the end of the field, such as `s`. It is also the end of the accessible name: `Timeout (s)`. */
  unit?: string | undefined;
  /** What the value does. Read by screen readers, and shown next to the panel. */
  help?: string | undefined;
  /** The heading above the field already says the same: only screen readers get the label. */
  isLabelHidden?: boolean | undefined;
  /** The key of the crew file, such as `settings.temperature`. */
  path?: string | undefined;
  /** Problems that the checks of the crew found in the value. The value is accepted nevertheless. */
  problems?: readonly FieldProblem[] | undefined;
  /** Absent: the value is the default, or there is none. */
  reset?: FieldReset | undefined;
}

/** Sets a field to its default. */
export interface FieldReset {
  /** The default in words. */
  defaultText: string;
  onReset: () => void;
}

export interface FieldProblem {
  message: string;
  severity?: 'error' | 'warning' | undefined;
}

interface Props extends FieldProps {
  /** The id of the field's element. */
  id: string;
  /** `row`: the field is next to its label; `stacked`: below it. */
  layout?: 'row' | 'stacked';
  /** Why the text in the field is refused. */
  error?: string | null;
  children: ReactNode;
}

const helpId = (id: string) => `${id}-help`;
const errorId = (id: string) => `${id}-error`;
const problemsId = (id: string) => `${id}-problems`;

/** A label, the field, its help, the reason why its text is refused, and the problems of its value. */
export function Field({ id, layout = 'stacked', error = null, children, ...props }: Props) {
  const { label, isLabelHidden = false, unit, help, path, problems = [], reset } = props;
  return (
    <div className={`field ${layout}`} data-key={path}>
      <div className="field-label">
        <label htmlFor={id} className={isLabelHidden ? 'hidden' : undefined}>
          {label}
          {unit && <span className="hidden"> ({unit})</span>}
        </label>
        {reset && <ResetButton id={id} label={label} reset={reset} />}
      </div>
      {unit ? (
        <span className="with-unit" style={{ '--unit-width': `${unit.length}ch` }}>
          {children}
          <span className="unit" aria-hidden="true">
            {unit}
          </span>
        </span>
      ) : (
        children
      )}
      {help && (
        <span id={helpId(id)} className="hidden field-help">
          {help}
        </span>
      )}
      <FieldError id={id} text={error} />
      {error === null && problems.length > 0 && (
        <div id={problemsId(id)} className="field-problems">
          {problems.map(({ message, severity }) => (
            <p key={message} className={severity === 'warning' ? 'field-error degraded' : 'field-error'}>
              {message}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

interface ResetProps {
  id: string;
  label: string;
  reset: FieldReset;
}

/** Disappears once the field has its default, so the focus moves to the field. */
function ResetButton({ id, label, reset }: ResetProps) {
  const onClick = () => {
    reset.onReset();
    document.getElementById(id)?.focus();
  };
  return (
    <button type="button" className="reset" title={`Default: ${reset.defaultText}`} onClick={onClick}>
      <Icon name="reset" />
      <span className="hidden">Reset {label} to its default</span>
    </button>
  );
}

/** Why a field's text is refused. Renders nothing if it is not. */
export function FieldError({ id, text }: { id: string; text: string | null }) {
  if (text === null) return null;
  return (
    <p id={errorId(id)} className="field-error" role="alert">
      {text}
    </p>
  );
}

/** The attributes that connect a field's element to its help, its error and its problems. */
export function described(id: string, { help, problems = [] }: Partial<FieldProps>, error: string | null) {
  const isWrong = problems.some(({ severity }) => severity !== 'warning');
  const ids = [
    ...(help ? [helpId(id)] : []),
    ...(error === null ? (problems.length > 0 ? [problemsId(id)] : []) : [errorId(id)]),
  ];
  return {
    'aria-invalid': error !== null || isWrong,
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
  };
}
