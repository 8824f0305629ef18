/** What each figure means, in one sentence: the reports end with them, and the window shows them on hover. */
export const definitions = {
  success_rate: 'Completed tasks ÷ (all tasks − those that were not chosen).',
  throughput: 'Tasks that this run executed to completion (not cached, not reused) ÷ makespan.',
  makespan: "The last task's end, less the time in which the run was paused and nothing ran.",
  paused: 'Time in which the run was paused and nothing ran. The makespan does not include it.',
  cut_off: 'Wall time in which no process ran the crew. Run time does not include it.',
  waited_for_person: 'Time in which a person was asked and nothing else could run.',
  busy: 'Time from the moment a task gets a slot to the outcome, over all turns of the task, with failed turns.',
  running: 'Time in which at least one turn of the task held a slot.',
  waiting: 'Time from the start of the run to the end of the task in which none of its turns held a slot, by reason.',
  between_calls:
    "Inside a task's running time, time outside model calls, tool calls and waits for the limiter: the slot's own work.",
  lease_wait: "Inside a task's running time, the time its tools waited in the queue of a resource.",
  permit_wait: "Inside a task's running time, the time its model calls were held back for a permit of the limiter.",
  sequential_time:
    'The sum of all busy time. It is an estimate of the time that one slot would need, because durations were measured while other tasks ran.',
  time_saved: '1 − makespan ÷ sequential time; negative if running in parallel took longer.',
  peak_concurrency: 'The most turns that ran at once.',
  mean_concurrency: 'Running turns, averaged over the makespan; the same as sequential time ÷ makespan.',
  slot_time: 'The number of slots, summed over the makespan.',
  utilization: 'Busy time ÷ slot time.',
  lower_bound:
    'The time that no schedule of the measured work can beat: the largest of its longest path, the time its slots need for all busy time, and the time that the lane and each pool need.',
  schedule_efficiency: 'Lower bound ÷ makespan.',
  critical_path: 'The chain of tasks and waits that ends last, traced back from the last end.',
  slack:
    'How much later a task could have ended without moving the end of the run, as far as dependencies and measured durations go.',
  bottlenecks: 'The time that removing a limit would save, found by simulating the measured run without it.',
  scaling: 'The makespan simulated from the measured durations with another number of slots.',
  knee: 'The least number of slots whose doubling makes the run less than 10% faster.',
  recommended_slots: 'The least number of slots that is as fast as the knee.',
  predicted: 'The makespan simulated before the run, with durations from earlier runs or estimates from the file.',
  workload:
    'What was counted from the tool calls, checks and results of the run; rows of a file count once, even if they are read several times.',
  tokens: 'Prompt and completion tokens of all model calls, as the provider counted them.',
  cost: 'US dollars of all model calls. Unknown if the price of any call is unknown.',
  budget: 'The most that the run may cost. Once it is spent, calls in flight finish and nothing else starts.',
  degraded: 'Completed without some result of the context, or after such a task.',
  kept: 'Not run again: the end comes from an earlier run and takes no slot and no time in this run.',
  cached: 'Taken from the cache: it took no slot and no time.',
  failed_turns: 'Turns that failed: with an error, at their deadline, or with their slot.',
  restarts: 'Slot processes that crashed, hung or exceeded their memory limit, and were replaced.',
  refusals:
    "How often a provider's refusal halved the calls in flight, and the time that tasks waited for the limits of their models without a slot.",
  guardrails: 'Checks of results that the crew defines. Nothing else is called quality.',
} as const satisfies Record<string, string>;
