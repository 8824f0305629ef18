import type { Crew } from '../crew/schema.ts';
import type { RunEvent } from '../run/events.ts';
import { applyEvent, newRun } from '../run/fold.ts';
import type { RunState } from '../run/state.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { Retries } from './retries/retries.ts';

/** The state that the journal of a run determines: applying its events in order to a new state rebuilds it. */
export class JournaledState {
  readonly run: RunState;
  readonly scheduler: Scheduler;
  readonly retries = new Retries();
  /** The cost of the run so far, in US dollars. Calls of unknown price count as 0. */
  spentUsd = 0;
  /** The tokens of the run so far. */
  spentTokens = 0;

  /** `crew` must be valid. */
  constructor(crew: Crew) {
    this.run = newRun(crew);
    this.scheduler = new Scheduler(crew);
  }

  apply(event: RunEvent): void {
    applyEvent(this.run, event);
    this.scheduler.apply(event);
    this.retries.reduce(event, event.t);
    if (event.type !== 'llm.call') return;
    this.spentUsd += event.cost_usd ?? 0;
    this.spentTokens += event.prompt_tokens + event.completion_tokens;
  }
}
