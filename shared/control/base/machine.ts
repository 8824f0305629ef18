/**
 * A part of the controller that decides without a clock, timers or callbacks. `next` proposes one action; the caller
 * performs it and reports it through `reduce`, then asks again. Machines never call each other.
 */
export interface Machine<Change, Action> {
  /** Takes into account what happened at run time `t` in ms. Times never go back. */
  reduce(change: Change, t: number): void;
  /** Returns the next thing to do at run time `t`, or null. Asking changes nothing that can be observed. */
  next(t: number): Action | null;
  /** Returns the next run time at which `next` may have something to do; null if only a change can bring it. */
  wakeAt(t: number): number | null;
}

/** A union of objects, each with its key of `Members` as its `type`. */
export type Union<Members> = { [Type in keyof Members]: { type: Type } & Members[Type] }[keyof Members];
