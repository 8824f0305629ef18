/** What each figure means, in one sentence: the reports end with them, and the window shows them on hover. */
export const definitions = {
  success_rate: 'Completed tasks ÷ (all tasks − those that were not chosen).',
  throughput: 'Completed tasks ÷ makespan.',
  makespan: "The last task's end, less the time in which the run was paused and nothing ran.",
  paused: 'Time in which the run was paused and nothing ran; it is no part of the makespan.',
  cut_off: 'Wall time in which no process carried the run; run time stood still.',
  waited_for_person: 'Time in which a person was asked and nothing else could run.',
  busy: 'Time from the moment a task is handed a slot to its outcome, over all its turns, failed ones included.',
  running: 'Time in which at least one turn of the task held a slot.',
  waiting: 'Time from the start of the run to the end of the task in which none of its turns held a slot, by reason.',
  between_calls:
    "Inside a task's running time, what was no model call, no tool call and no wait for the limiter: the slot's own work.",
  lease_wait: "Inside a task's running time, the time its tools stood in a resource's queue.",
  permit_wait: "Inside a task's running time, the time its model calls were held back for a permit of the limiter.",
  sequential_time:
    'The sum of all busy time. It estimates what one slot would have needed: durations were measured while other tasks ran.',
  time_saved: '1 − makespan ÷ sequential time; negative if running in parallel took longer.',
  peak_concurrency: 'The most turns that ran at once.',
  mean_concurrency: 'Running turns, averaged over the makespan; the same as sequential time ÷ makespan.',
  slot_time: 'The number of slots, summed over the makespan.',
  utilisation: 'Busy time ÷ slot time.',
  lower_bound:
    'What no schedule of the measured work can beat: the largest of its longest path, the time its slots need for all busy time, and the time that the lane and each pool need.',
  schedule_efficiency: 'Lower bound ÷ makespan.',
  critical_path: 'The chain of tasks and waits that ends last, walked back from the last end.',
  slack:
    'How much later a task could have ended without moving the end of the run, by dependencies and measured lengths alone.',
  bottlenecks: 'What each limit cost: the measured run, simulated once more without it.',
  scaling: 'The makespan simulated from the measured durations with another number of slots.',
  knee: 'The number of slots whose doubling makes the run less than 10% faster.',
  recommended_slots: 'The least number of slots that is as fast as the knee.',
  predicted: 'The makespan simulated before the run from earlier runs or from the estimates in the file.',
  workload:
    'What was counted from the tool calls, checks and results of the run; rows of a file count once, however often they are read.',
  tokens: 'Prompt and completion tokens of all model calls, as the provider counted them.',
  cost: 'US dollars of all model calls; unknown if the price of any of them is.',
  budget: 'What the run may cost; when that is spent, calls in flight finish and nothing else starts.',
  degraded: 'Completed without some result of its context, or after a task for which that holds.',
  kept: 'Not run again: it ended so in an earlier run, and takes no slot and no time in this one.',
  cached: 'Taken from the cache: it took no slot and no time.',
  failed_turns: 'Turns that failed by themselves: with an error, at their deadline, or with their slot.',
  restarts: 'Processes of slots that crashed, hung or outgrew their memory, and were replaced.',
  refusals:
    "How often a provider's refusal halved the calls in flight, and the time that tasks waited for the limits of their models without a slot.",
  guardrails: 'Checks of results that the crew asks for; nothing else is called quality.',
} as const satisfies Record<string, string>;
