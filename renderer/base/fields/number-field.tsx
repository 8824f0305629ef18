import { type KeyboardEvent, useEffect, useId } from 'react';
import { described, Field, FieldError, type FieldProps } from './field.tsx';
import { type NumberRule, rangeText, readNumber, stepNumber } from './number-text.ts';
import { useEntry } from './use-entry.ts';

interface InputProps extends FieldProps {
  /** Undefined: absent, which only an optional number can be. */
  value: number | undefined;
  rule: NumberRule;
  /** The step of the arrow keys. */
  step?: number;
  /** The value that applies if the number is absent. Arrow keys count from it. */
  standard?: number | undefined;
  placeholder?: string | undefined;
  /** Why a number that follows the rule is refused; null if it is not. */
  validate?: (value: number) => string | null;
  onChange: (value: number | undefined) => void;
  /** Receives whether the field shows a refused text. */
  onInvalidChange?: (isInvalid: boolean) => void;
}

/**
 * The behavior of a number field. Any text can be typed; it is read when it is finished, with Enter or when the field
 * loses the focus. A refused text stays with its reason, and Escape restores the number. The mouse wheel changes
 * nothing.
 */
function useNumber({
  label,
  path = label,
  value,
  rule,
  step = 1,
  standard,
  validate,
  onChange,
  onInvalidChange,
}: InputProps) {
  const commit = (text: string) => {
    const read = readNumber(text, rule);
    if (read.kind !== 'refused') onChange(read.kind === 'number' ? read.value : undefined);
  };
  const { entry, error, props } = useEntry<HTMLInputElement>({
    label: path,
    value: value === undefined ? '' : String(value),
    isLive: false,
    validate: (text) => {
      const read = readNumber(text, rule);
      if (read.kind === 'refused') return read.reason;
      return read.kind === 'number' ? (validate?.(read.value) ?? null) : null;
    },
    canonical: (text) => {
      const read = readNumber(text, rule);
      return read.kind === 'number' ? String(read.value) : '';
    },
    commit,
  });
  const isInvalid = error !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change is reported
  useEffect(() => onInvalidChange?.(isInvalid), [isInvalid]);
  const stepBy = (by: number) => {
    const next = stepNumber(entry.text, by, step, standard, rule);
    if (next !== null) entry.enter(String(next));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    props.onKeyDown(event);
    const by = STEPS[event.key];
    if (by === undefined || event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    stepBy(event.shiftKey ? by * 10 : by);
  };
  return { error, stepBy, input: { ...props, onKeyDown } };
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** The attributes for screen readers: a number that arrow keys change. */
function spinButton({ value, rule }: InputProps) {
  return {
    role: 'spinbutton',
    inputMode: 'decimal',
    autoComplete: 'off',
    'aria-required': !rule.optional,
    ...(value === undefined ? {} : { 'aria-valuenow': value }),
    ...(rule.min === undefined ? {} : { 'aria-valuemin': rule.min }),
    ...(rule.max === undefined ? {} : { 'aria-valuemax': rule.max }),
  } as const;
}

/**
 * A labeled number with its unit. Its range is in the help, and the value that applies without it in the placeholder.
 */
export function NumberField({ rule, placeholder, help, ...props }: InputProps) {
  const id = useId();
  const { error, input } = useNumber({ rule, ...props });
  const range = rangeText(rule);
  const { label, unit, path, problems, reset } = props;
  const field = {
    label,
    unit,
    path,
    problems,
    reset,
    help: [help, range && `Range: ${range}.`].filter(Boolean).join(' '),
  };
  return (
    <Field id={id} layout="row" error={error} {...field}>
      <input
        id={id}
        className="input num"
        placeholder={placeholder}
        {...spinButton({ rule, ...props })}
        {...described(id, field, error)}
        {...input}
      />
    </Field>
  );
}

/** A number in a row of buttons with a button on either side. Its error is shown below the row. */
export function NumberStepper({ less, more, ...props }: InputProps & { less: string; more: string }) {
  const id = useId();
  const { error, stepBy, input } = useNumber(props);
  return (
    <span className="stepper-field">
      <span className="stepper num" title={`${props.label}: ${rangeText(props.rule)}`}>
        <button type="button" aria-label={less} onClick={() => stepBy(-1)}>
          −
        </button>
        <input id={id} aria-label={props.label} {...spinButton(props)} {...described(id, {}, error)} {...input} />
        <button type="button" aria-label={more} onClick={() => stepBy(1)}>
          +
        </button>
      </span>
      <FieldError id={id} text={error} />
    </span>
  );
}

/** A number within a sentence, which is its label. */
export function InlineNumber({ id, ...props }: InputProps & { id: string }) {
  const { error, input } = useNumber(props);
  return (
    <>
      <input id={id} className="input num" {...spinButton(props)} {...described(id, {}, error)} {...input} />
      <FieldError id={id} text={error} />
    </>
  );
}
