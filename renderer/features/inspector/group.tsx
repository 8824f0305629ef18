import type { ReactNode } from 'react';

interface Props {
  name: string;
  /** The title of the panel is heading enough; screen readers get the name all the same. */
  isNameHidden?: boolean;
  children: ReactNode;
}

/** Fields that belong together, below a heading. */
export function Group({ name, isNameHidden = false, children }: Props) {
  return (
    <fieldset className="bare group">
      <legend className={isNameHidden ? 'hidden' : undefined}>{name}</legend>
      {children}
    </fieldset>
  );
}
