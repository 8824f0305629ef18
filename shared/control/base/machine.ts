/**
 * A part of the controller that decides without a clock, timers or callbacks. `next` proposes one action; the caller
 * performs it and reports it through `reduce`, then asks again. Machines never call each other.
 */
export interface Machine<Change, Action> {
  /** Applies a change at run time `t` in ms. Times never decrease. */
  reduce(change: Change, t: number): void;
  /** Returns the next action at run time `t`, or null. Changes nothing observable. */
  next(t: number): Action | null;
  /** Returns the next run time at which `next` may return an action without a change, or null. */
  wakeAt(t: number): number | null;
}

/** A union of objects, each with its key of `Members` as its `type`. */
export type Union<Members> = { [Type in keyof Members]: { type: Type } & Members[Type] }[keyof Members];
