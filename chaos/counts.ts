/** What a chaos was made of. */
export interface Counts {
  crews: number;
  /** More than crews where a batch has one for each row. */
  runs: number;
  carrierKills: number;
  slotKills: number;
  powerCuts: number;
  resumes: number;
  requests: number;
  faults: number;
  /** Conversations with a co-worker or the manager inside a turn. */
  delegations: number;
  reviews: number;
  events: number;
  tasks: number;
  completed: number;
  /** Tasks that a person was told are completed; of a batch rows. */
  told: number;
}

export function noCounts(): Counts {
  return {
    crews: 0,
    runs: 0,
    carrierKills: 0,
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
    told: 0,
  };
}

export function addCounts(sum: Counts, more: Counts): void {
  for (const name of Object.keys(more) as (keyof Counts)[]) sum[name] += more[name]; // The keys of a record of counts.
}

export function countsText(victim: string, counts: Counts): string {
  return [
    `${counts.crews} random crews in ${counts.runs} runs`,
    `${counts.carrierKills} kills of the ${victim}`,
    `${counts.slotKills} kills of slots`,
    `${counts.powerCuts} power cuts`,
    `${counts.resumes} resumes`,
    `${counts.requests} model calls, ${counts.faults} of them gone wrong`,
    `${counts.delegations} delegations`,
    `${counts.reviews} reviews`,
    `${counts.completed} of ${counts.tasks} tasks completed (told of ${counts.told} tasks and rows)`,
    `${counts.events} events`,
  ].join(', ');
}
