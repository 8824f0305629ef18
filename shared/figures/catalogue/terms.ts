/**
 * What the tables and the simulated figures of a run mean: the columns, the critical path, bottlenecks, scaling and the
 * prediction. Figures of one value are in the catalogue.
 */
export const TERMS = {
  busy: {
    label: 'Busy time',
    definition:
      'Time from the moment a task gets a slot to the outcome, over all turns of the task, with failed turns.',
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
      "Inside a task's running time, time outside model calls, tool calls and waits for the limiter: the slot's own work.",
  },
  lease_wait: {
    label: 'Lease wait',
    definition: "Inside a task's running time, the time its tools waited in the queue of a resource.",
  },
  permit_wait: {
    label: 'Permit wait',
    definition: "Inside a task's running time, the time its model calls were held back for a permit of the limiter.",
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
      'How much later a task could have ended without moving the end of the run, as far as dependencies and measured durations go.',
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
    definition: 'The least number of slots whose doubling makes the run less than 10% faster.',
  },
  recommended_slots: {
    label: 'Recommended slots',
    definition: 'The least number of slots that is as fast as the knee.',
  },
  predicted: {
    label: 'Predicted makespan',
    definition: 'The makespan simulated before the run, with durations from earlier runs or estimates from the file.',
  },
  actual: {
    label: 'Actual makespan',
    definition: 'The makespan that was measured, next to the predicted one.',
  },
  difference: {
    label: 'Difference',
    definition: 'The actual makespan less the predicted one, and its share of the predicted makespan.',
  },
  workload: {
    label: 'Workload',
    definition:
      'What was counted from the tool calls, checks and results of the run; rows of a file count once, even if they are read several times.',
  },
} as const satisfies Record<string, { label: string; definition: string }>;
