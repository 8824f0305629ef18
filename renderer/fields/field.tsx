import './fields.css';
import type { ReactNode } from 'react';

interface Props {
  /** The id of the field's element. */
  id: string;
  label: string;
  /** What the field accepts, such as its range. */
  hint?: string | undefined;
  complaint?: string | null;
  children: ReactNode;
}

/** The id of a field's hint, for `aria-describedby`. */
export const hintId = (id: string) => `${id}-hint`;
/** The id of the reason why a field's text is refused. */
export const complaintId = (id: string) => `${id}-complaint`;

/** A label, what the field accepts, the field, and why its text is refused. */
export function Field({ id, label, hint, complaint = null, children }: Props) {
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <span id={hintId(id)} className="field-hint num">
            {hint}
          </span>
        )}
      </div>
      {children}
      <Complaint id={id} text={complaint} />
    </div>
  );
}

/** Why a field's text is refused; nothing while it is not. */
export function Complaint({ id, text }: { id: string; text: string | null }) {
  if (text === null) return null;
  return (
    <p id={complaintId(id)} className="complaint" role="alert">
      {text}
    </p>
  );
}

/** The attributes that tie a field's element to its hint and its complaint. */
export function described(id: string, hint: string | undefined, complaint: string | null) {
  const ids = [...(hint ? [hintId(id)] : []), ...(complaint === null ? [] : [complaintId(id)])];
  return {
    'aria-invalid': complaint !== null,
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
  };
}
