/**
 * The definitions of table columns and simulated figures: the critical path, bottlenecks, scaling and the prediction.
 * Figures with one value are in the catalogue.
 */
export const TERMS = {
  busy: {
    label: 'Busy time',
    definition: 'The time from dispatch to outcome, summed over all turns of a task, including failed turns.',
  },
  running: {
    label: 'Running',
    definition: 'Time in which at least one turn of the task held a slot.',
  },
  waiting: {
    label: 'Waiting',
    definition:
      'Time from the start of the run to the end of the task in which none of its turns held a slot, by reason.',
  },
  between_calls: {
    label: 'Between calls',
    definition:
      "The part of a task's running time outside model calls, tool calls and waits for permits: the slot's own work.",
  },
  spent: {
    label: 'Where the time went',
    definition:
      "The busy time of all tasks, divided without overlap: model calls, tool calls, waits inside turns, the slot's own work, and turns that failed or were lost. A tool that calls a coworker's model counts as that model.",
  },
  calls: {
    label: 'Calls of tools and models',
    definition:
      'p50 and p95: half and 95% of the calls took at most this long. First token: from the request to the first token of the answer. Tokens per second: completion tokens, from the first token to the end of the answer.',
  },
  lease_wait: {
    label: 'Lease wait',
    definition: "The part of a task's running time in which its tools waited for a unit of a pool.",
  },
  permit_wait: {
    label: 'Permit wait',
    definition: "The part of a task's running time in which its model calls waited for a permit of the rate limiter.",
  },
  slot_time: {
    label: 'Slot time',
    definition: 'The number of slots, summed over the makespan.',
  },
  critical_path: {
    label: 'Critical path',
    definition: 'The chain of tasks and waits that ends last, traced back from the last end.',
  },
  slack: {
    label: 'Slack',
    definition:
      'How much later a task could have ended without delaying the end of the run, judged by dependencies and measured durations.',
  },
  bottlenecks: {
    label: 'Bottlenecks',
    definition: 'The time that removing a limit would save, found by simulating the measured run without it.',
  },
  scaling: {
    label: 'Scaling',
    definition: 'The makespan simulated from the measured durations with another number of slots.',
  },
  knee: {
    label: 'Knee',
    definition: 'The smallest number of slots whose doubling makes the run less than 10% faster.',
  },
  recommended_slots: {
    label: 'Recommended slots',
    definition: 'The smallest number of slots that is as fast as the knee.',
  },
  predicted: {
    label: 'Predicted makespan',
    definition: 'The makespan simulated before the run, with durations from earlier runs or estimates from the file.',
  },
  actual: {
    label: 'Actual makespan',
    definition: 'The measured makespan, for comparison with the predicted one.',
  },
  difference: {
    label: 'Difference',
    definition: 'The actual makespan minus the predicted one, and its share of the predicted makespan.',
  },
  workload: {
    label: 'Workload',
    definition:
      'The amounts counted from the tool calls, checks and results of the run. Rows of a file count once, even if they are read several times.',
  },
} as const satisfies Record<string, { label: string; definition: string }>;
