/** An interval of run time; `end` is null while it lasts. */
export interface OpenInterval {
  start: number;
  end: number | null;
}
