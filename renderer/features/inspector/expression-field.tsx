import { useMemo } from 'react';
import { contextOf } from '../../../shared/crew/context.ts';
import { RUN_VARIABLES } from '../../../shared/expressions/environment.ts';
import { parseExpression } from '../../../shared/expressions/parse-expression.ts';
import { ExpressionEntry } from '../../base/fields/expression-entry.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { expressionNames } from './expression-names.ts';
import { type FormFieldProps, fieldProps, setField, unsetText, valueOfField } from './form.ts';

/** An expression, with suggestions for the results of the task's context. An invalid one is refused with its column. */
export function ExpressionField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const { crew, subject } = form;
  const task = crew.tasks.find(({ name }) => subject.kind === 'task' && name === subject.name);
  const context = task ? contextOf(task) : [];
  const names = useMemo(() => expressionNames(crew, context), [crew, context]);
  const value = valueOfField(form, field);
  return (
    <ExpressionEntry
      {...fieldProps(win, form, field)}
      value={typeof value === 'string' ? value : ''}
      suggestions={names}
      placeholder={unsetText(form, field)}
      validate={problemOf}
      onCommit={(text) => setField(win, form, field, text === '' ? undefined : text)}
    />
  );
}

function problemOf(text: string): string | null {
  if (text.trim() === '') return text === '' ? null : 'Enter an expression, or leave the field empty.';
  const parsed = parseExpression(text, RUN_VARIABLES);
  return parsed.ok ? null : `${parsed.message} (column ${parsed.column}).`;
}
