import { createContext, useContext } from 'react';

type Notify = (text: string) => void;

/** Shows a short message in the window. */
export const NotifyContext = createContext<Notify | null>(null);

/** The function that shows a short message in the window. */
export function useNotify(): Notify {
  const notify = useContext(NotifyContext);
  if (notify === null) throw new Error('Messages need the window to show them: render this in a WindowProvider.');
  return notify;
}
