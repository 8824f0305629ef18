import type { Crew } from '../../crew/schema.ts';
import type { RunEvent } from '../../run/events.ts';
import type { RunState } from '../../run/state.ts';
import { STARTED } from '../../run/testing/started.ts';
import type { TurnSubmission } from '../../slot/turn-submission.ts';
import type { Effect } from '../base/effect.ts';
import type { Input } from '../base/input.ts';
import type { TurnToStart } from '../base/plan.ts';
import type { ControlContext } from '../context.ts';
import { JournaledState } from '../journaled-state.ts';
import { openRun } from '../open-run.ts';
import type { Output } from '../recorder.ts';
import type { RunControl } from '../run-control.ts';
import { Results } from '../turns/results.ts';
import { Transcripts } from '../turns/transcripts.ts';

const ORIGIN = 'http://127.0.0.1:1';
const MODEL = { provider: 'fake', base_url: `${ORIGIN}/v1`, model: 'fake', price: null };

/** A controller without a shell: the test passes inputs and inspects effects, which are not performed. */
export class Driven {
  readonly control: RunControl;
  readonly #journaled: JournaledState;
  /** The events of the run so far. */
  readonly events: RunEvent[] = [];
  t = 0;

  /** Opens a new run with one slot. */
  constructor(crew: Crew, more: Partial<ControlContext> = {}) {
    this.#journaled = new JournaledState(crew);
    const context: ControlContext = {
      crew,
      reviewer: 'nobody',
      attended: false,
      endpointOf: () => ({ name: ORIGIN, origin: ORIGIN }),
      planTurn: (_view, turn) => ({ submission: submissionOf(turn), shortened: [] }),
      redact: (value) => value,
      blobName: (text) => `blob of ${text.length} characters`,
      utf8Bytes: (text) => text.length,
      batch: null,
      ...more,
    };
    const texts = { results: new Results(crew), transcripts: new Transcripts() };
    const opening = { type: 'new', started: STARTED, reused: null } as const;
    this.control = openRun(context, this.#journaled, texts, opening, { t: 0, wallMs: 0 });
  }

  get run(): RunState {
    return this.#journaled.run;
  }

  /** Handles inputs as the shell does, and returns the effects. */
  give(...inputs: Input[]): Effect[] {
    const effects: Effect[] = [];
    for (const input of inputs) {
      let step = this.control.step(input, this.t);
      for (; !step.rests; step = this.control.step(null, this.t)) this.#take(step, effects);
      this.#take(step, effects);
    }
    return effects;
  }

  #take(step: Output, effects: Effect[]): void {
    this.events.push(...step.events);
    effects.push(...step.effects);
  }
}

function submissionOf({ task, attempt, turn, agent: name }: TurnToStart): TurnSubmission {
  const agent = { name, role: '', goal: '', system: '', model: MODEL, tools: [], max_iterations: 1 };
  return {
    key: { run: STARTED.run, task, attempt, turn: turn ?? null },
    agent,
    prompt: '',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: 60_000,
  };
}
