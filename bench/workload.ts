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
  /** The maximum of makespan ÷ lower bound. */
  goal: number;
  /** Whether slots start with the run; it is then measured from Run to the flush of its last event. */
  cold: boolean;
}
