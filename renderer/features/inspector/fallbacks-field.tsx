import { z } from 'zod';
import { fallbackSchema } from '../../../shared/crew/model-choice.ts';
import { readJson, writeJson } from '../../base/fields/json-text.ts';
import { CommittedField } from '../../base/fields/text-field.tsx';
import { useWindowState } from '../../state/window-state.ts';
import { EntryButtons } from './entry-buttons.tsx';
import { type FormFieldProps, fieldProps, setField, valueOfField } from './form.ts';

type Fallback = z.infer<typeof fallbackSchema>;

const MAX_FALLBACKS = 5;
const HINT = 'Enter provider/model, such as google/gemini-2.5-flash, or an object with the keys of a model.';

/** The models that answer in place of a model, in their order. The last line adds one. */
export function FallbacksField({ form, field }: FormFieldProps) {
  const win = useWindowState();
  const fallbacks = fallbackSchema.array().safeParse(valueOfField(form, field)).data ?? [];
  const { label, path = 'fallbacks', ...props } = fieldProps(win, form, field);
  const change = (next: readonly Fallback[]) => setField(win, form, field, next.length === 0 ? undefined : next);
  const move = (at: number, to: number) => {
    const moved = fallbacks[at];
    if (moved !== undefined) change(fallbacks.toSpliced(at, 1).toSpliced(to, 0, moved));
  };
  return (
    <div className="fallbacks">
      {fallbacks.map((fallback, at) => {
        const name = `Fallback ${at + 1}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the position identifies a fallback
          <fieldset key={at} className="ordered-entry" aria-label={name}>
            <CommittedField
              label={name}
              path={`${path}.${at}`}
              value={textOf(fallback)}
              validate={(text) => problemOf(text)}
              onCommit={(text) => change(fallbacks.with(at, fallbackOf(text)))}
            />
            <EntryButtons
              label={name}
              at={at}
              count={fallbacks.length}
              onMove={(to) => move(at, to)}
              onRemove={() => change(fallbacks.toSpliced(at, 1))}
            />
          </fieldset>
        );
      })}
      {fallbacks.length < MAX_FALLBACKS && (
        <CommittedField
          {...props}
          label={label}
          path={path}
          value=""
          placeholder="Add a model…"
          validate={(text) => (text.trim() === '' ? null : problemOf(text))}
          canonical={() => ''}
          onCommit={(text) => text.trim() !== '' && change([...fallbacks, fallbackOf(text)])}
        />
      )}
    </div>
  );
}

function textOf(fallback: Fallback): string {
  return typeof fallback === 'string' ? fallback : writeJson(fallback).replaceAll(/\s*\n\s*/g, ' ');
}

/** A text that begins with a brace is an object. */
function fallbackOf(text: string): Fallback {
  const read = text.trim().startsWith('{') ? readJson(text) : null;
  const parsed = read?.kind === 'value' ? fallbackSchema.safeParse(read.value) : null;
  return parsed?.data ?? text.trim();
}

function problemOf(text: string): string | null {
  const given = text.trim();
  if (!given.startsWith('{')) return given === '' ? HINT : null;
  const read = readJson(given);
  if (read.kind === 'refused') return read.reason;
  const parsed = fallbackSchema.safeParse(read.kind === 'value' ? read.value : undefined);
  return parsed.success ? null : `${z.prettifyError(parsed.error)}. ${HINT}`;
}
