/** A task of a workload: the length of its only model call, and its context. */
export interface BenchTask {
  name: string;
  ms: number;
  context: string[];
}

export interface Workload {
  id: string;
  /** Its name in the table of results. */
  title: string;
  tasks: BenchTask[];
  /** The goal: the overhead above the lower bound, as a multiple of p-queue's in the same run. Null: no goal. */
  goalTimesQueue: number | null;
  /** Whether slots start with the run; it is then measured from Run to the flush of its last event. */
  cold: boolean;
}
