/** A task of a workload: how long its one model call takes, and whose results it needs. */
export interface BenchTask {
  name: string;
  ms: number;
  context: string[];
}

export interface Workload {
  id: string;
  /** As the table of results names it. */
  title: string;
  tasks: BenchTask[];
  /** Makespan ÷ lower bound to reach. */
  goal: number;
  /** Slots are started with the run, and the run counts from Run to its last event kept. */
  cold: boolean;
}
