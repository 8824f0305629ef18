import type { ReactNode } from 'react';

interface Props {
  name: string;
  /** The title of the panel already serves as the heading. Screen readers get the name nevertheless. */
  isNameHidden?: boolean;
  children: ReactNode;
}

/** Related fields below a heading. */
export function Group({ name, isNameHidden = false, children }: Props) {
  return (
    <fieldset className="bare group">
      <legend className={isNameHidden ? 'hidden' : undefined}>{name}</legend>
      {children}
    </fieldset>
  );
}
