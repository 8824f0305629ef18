/** The counts of a campaign. */
export interface Counts {
  crews: number;
  /** More than crews if there are batches, which have one run per row. */
  runs: number;
  ownerKills: number;
  slotKills: number;
  powerCuts: number;
  resumes: number;
  requests: number;
  faults: number;
  /** Conversations with a coworker or the manager inside a turn. */
  delegations: number;
  reviews: number;
  events: number;
  tasks: number;
  completed: number;
  /** Completed tasks, or rows of a batch, that were acknowledged to a person. */
  acknowledged: number;
}

export function noCounts(): Counts {
  return {
    crews: 0,
    runs: 0,
    ownerKills: 0,
    slotKills: 0,
    powerCuts: 0,
    resumes: 0,
    requests: 0,
    faults: 0,
    delegations: 0,
    reviews: 0,
    events: 0,
    tasks: 0,
    completed: 0,
    acknowledged: 0,
  };
}

export function addCounts(sum: Counts, more: Counts): void {
  for (const name of Object.keys(more) as (keyof Counts)[]) sum[name] += more[name]; // The keys of a record of counts.
}

export function countsText(victim: string, counts: Counts): string {
  return [
    `${counts.crews} random crews in ${counts.runs} runs`,
    `${counts.ownerKills} kills of the ${victim}`,
    `${counts.slotKills} kills of slots`,
    `${counts.powerCuts} power cuts`,
    `${counts.resumes} resumes`,
    `${counts.requests} model calls, ${counts.faults} of them with faults`,
    `${counts.delegations} delegations`,
    `${counts.reviews} reviews`,
    `${counts.completed} of ${counts.tasks} tasks completed (${counts.acknowledged} tasks and rows acknowledged)`,
    `${counts.events} events`,
  ].join(', ');
}
